import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BASIC = `Basic ${Buffer.from('spinegrade:hunter2').toString('base64')}`;

/** A token endpoint on loopback (RFC 6749 4.4) that knows the client spinegrade with the secret hunter2. */
export async function tokenServer() {
  /** Bodies of the requests that it granted, in order; token n is `token-n`, from 1. */
  const granted: URLSearchParams[] = [];
  const at = { expiresIn: 3600 as number | undefined, knowsTheHeader: true, away: false, waitMs: 0 };
  const server = createServer(async (request, response) => {
    const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    if (at.away) return void response.writeHead(503).end();
    const isKnown = at.knowsTheHeader
      ? request.headers.authorization === BASIC
      : body.get('client_id') === 'spinegrade' && body.get('client_secret') === 'hunter2';
    response.setHeader('Content-Type', 'application/json');
    if (!isKnown) return void response.writeHead(401).end('{"error":"invalid_client"}');
    granted.push(body);
    const token = { access_token: `token-${granted.length}`, token_type: 'Bearer', expires_in: at.expiresIn };
    setTimeout(() => response.end(JSON.stringify(token)), at.waitMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    at,
    granted: granted as readonly URLSearchParams[],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
