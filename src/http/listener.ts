import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { createHttpServer } from './connections.ts';

export interface Listener {
  /** As a URL. */
  readonly address: string;
  /** Takes no more connections, and ends those that are open. */
  close(): void;
}

/** Answers with the app at an address; port 0 is any free one. */
export async function listen(
  app: Express,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const server = createHttpServer(app);
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `http://${name}:${bound.port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
