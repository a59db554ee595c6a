import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface ViewerServer {
  readonly url: string;
  close(): Promise<void>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** OHIF's configuration for an archive under the viewer's own origin, as docs/ohif.md gives it. */
const APP_CONFIG = new URL('app-config.js', import.meta.url);

/**
 * The OHIF viewer and, below /dicom-web, the archive, on one origin of loopback.
 * @param dist the folder of OHIF's built files.
 * @param archiveUrl the root of the archive's server; its DICOMweb root is /dicom-web below it.
 */
export async function viewerServer(dist: string, archiveUrl: string): Promise<ViewerServer> {
  const server = createServer((incoming, response) => {
    const path = decodeURIComponent(new URL(incoming.url ?? '/', 'http://viewer').pathname);
    if (path.startsWith('/dicom-web/')) passOn(incoming, response, archiveUrl);
    else if (path === '/app-config.js') void send(response, APP_CONFIG.pathname);
    else void send(response, join(dist, normalize(path)), join(dist, 'index.html'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function passOn(incoming: IncomingMessage, response: ServerResponse, archiveUrl: string): void {
  const { method, headers, url } = incoming;
  const outgoing = request(`${archiveUrl}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

/** The file; a path that names none is a route of the single-page application. */
async function send(response: ServerResponse, file: string, page?: string): Promise<void> {
  const bytes = await readFile(file).catch(() => null);
  const [name, body] =
    bytes === null && page !== undefined ? [page, await readFile(page)] : [file, bytes ?? Buffer.of()];
  response.writeHead(200, { 'Content-Type': MEDIA_TYPES[extname(name)] ?? 'application/octet-stream' });
  response.end(body);
}
