import { once } from 'node:events';
import { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { createHttpServer } from './connections.ts';
import { renewTls, type TlsChange, type TlsFiles, tlsContext, validTo } from './tls.ts';

export interface Listener {
  /** As a URL. */
  readonly address: string;
  /** Takes no more connections, and ends those that are open. */
  close(): void;
}

/** Where to listen; port 0 is any free one. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
  /** Null: in the clear. */
  readonly tls: TlsFiles | null;
}

/**
 * Answers with the app at an address.
 * @param onTls hears of the certificate that is used, of each that renews it, and of one that cannot be used.
 * @throws TlsError
 */
export async function listen(
  app: Express,
  { host, port, tls }: ListenAt,
  onTls: (change: TlsChange) => void,
): Promise<Listener> {
  const context = tls && tlsContext(tls);
  const server = createHttpServer(app, context);
  server.listen(port, host);
  await once(server, 'listening');
  if (context !== null) onTls({ validTo: validTo(context.cert) });
  const stopRenewing =
    tls !== null && server instanceof TlsServer
      ? renewTls(tls, (context) => server.setSecureContext(context), onTls)
      : () => undefined;
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `${tls === null ? 'http' : 'https'}://${name}:${bound.port}`,
    close() {
      stopRenewing();
      server.close();
      server.closeAllConnections();
    },
  };
}
