import { createServer, type Socket } from 'node:net';

export interface ScriptedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 0 for the first request the server got. */
  readonly index: number;
}

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** Sockets that are open now. */
  openSockets(): number;
  close(): Promise<void>;
}

/**
 * A server on loopback that answers each request with the bytes it is told to, however wrong they are. Request
 * bodies are read by their Content-Length and dropped.
 */
export async function scriptedServer(
  answer: (request: ScriptedRequest, socket: Socket) => void,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const [line = '', ...lines] = pending.toString('latin1', 0, end).split('\r\n');
        const headers = Object.fromEntries(
          lines.map((text) => {
            const colon = text.indexOf(':');
            return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
          }),
        );
        const total = end + 4 + Number(headers['content-length'] ?? 0);
        if (pending.length < total) return;
        pending = pending.subarray(total);
        const [method = '', target = ''] = line.split(' ');
        const request = { method, target, headers, index: requests.length };
        requests.push(request);
        answer(request, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/dicom-web`,
    requests,
    openSockets: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A complete HTTP/1.1 answer with Content-Length. */
export function httpAnswer(
  status: number,
  body: string | Uint8Array = '',
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ 'Content-Length': String(bytes.length), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${head}\r\n`), bytes]);
}
