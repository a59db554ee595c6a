import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An identity provider on loopback: its configuration, its keys, and tokens that it signs. */
export async function startIdentityProvider() {
  const at = { away: false, asked: 0, issuer: '', claimed: null as string | null };
  const keys = new Map<string, KeyPair & { readonly alg: string }>();
  /** What the token endpoint was asked for, and what it answers to a code. */
  const codes = new Map<string, (asked: URLSearchParams) => Promise<object | null>>();
  const server = createServer(async (request, response) => {
    at.asked += 1;
    if (at.away) return void response.writeHead(503).end();
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      return void response.end(
        JSON.stringify({
          issuer: at.claimed ?? at.issuer,
          jwks_uri: `${at.issuer}/keys`,
          authorization_endpoint: `${at.issuer}/authorize`,
          token_endpoint: `${at.issuer}/token`,
        }),
      );
    }
    if (request.url === '/token') {
      const asked = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
      const answer = await codes.get(asked.get('code') ?? '')?.(asked);
      codes.delete(asked.get('code') ?? '');
      if (answer == null) return void response.writeHead(400).end('{"error":"invalid_grant"}');
      return void response.end(JSON.stringify(answer));
    }
    const jwks = [...keys].map(async ([kid, { publicKey, alg }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg,
    }));
    response.end(JSON.stringify({ keys: await Promise.all(jwks) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  at.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    at,
    keys,
    codes,
    async addKey(kid: string, alg = 'RS256') {
      const pair = { ...(await generateKeyPair(alg, { extractable: true })), alg };
      keys.set(kid, pair);
      return pair;
    },
    /** A token by the key of that name, whether it is offered or not; `header` and `payload` add to and replace. */
    sign(pair: KeyPair, header: JWTHeaderParameters, payload: JWTPayload): Promise<string> {
      return new SignJWT(payload).setProtectedHeader(header).sign(pair.privateKey);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
