import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProxiedRequest {
  readonly method: string;
  /** Below the DICOMweb root, without the query. */
  readonly path: string;
  /** The series whose instances are retrieved as DICOM, null for any other request. */
  readonly retrievedSeries: string | null;
}

/** What is done to one exchange; nothing by default. */
export interface Treatment {
  /** Before the archive gets the request. */
  readonly holdRequestMs?: number;
  /** After the archive answered. */
  readonly holdAnswerMs?: number;
  /** The body ends here; `close` as if it were complete, `reset` with a broken connection. */
  readonly cut?: { readonly afterBytes: number; readonly by: 'close' | 'reset' };
  readonly rewrite?: (body: Buffer, contentType: string) => Buffer;
  /** In the place of the archive, which is then not asked. */
  readonly answer?: Answer;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ArchiveProxy {
  readonly dicomWebUrl: string;
  /** Asked for every request; replace it to change the weather. */
  treat: (request: ProxiedRequest) => Treatment;
  /** While true every connection is broken at once. */
  down: boolean;
  /** Exchanges of which the archive's answer is known, in order. */
  readonly answered: readonly (ProxiedRequest & { readonly status: number })[];
  close(): Promise<void>;
}

/**
 * A proxy on loopback between the service and a DICOMweb archive, through which faults are brought in.
 * @param tls with which the service has to ask, where it is given.
 */
export async function archiveProxy(
  dicomWebUrl: string,
  tls: { readonly key: Buffer; readonly cert: Buffer } | null = null,
): Promise<ArchiveProxy> {
  const root = new URL(dicomWebUrl);
  const sockets = new Set<Socket>();
  const answered: (ProxiedRequest & { status: number })[] = [];
  let down = false;
  const closing = new AbortController();
  const exchange = async (incoming: IncomingMessage, response: ServerResponse) => {
    const asked = proxiedRequest(incoming, root.pathname);
    try {
      const treatment = proxy.treat(asked);
      const body = Buffer.concat(await incoming.toArray());
      await sleep(treatment.holdRequestMs ?? 0, undefined, { signal: closing.signal });
      const answer = treatment.answer ?? (await forward(root, incoming, body));
      answered.push({ ...asked, status: answer.status });
      await sleep(treatment.holdAnswerMs ?? 0, undefined, { signal: closing.signal });
      send(response, answer, treatment);
    } catch {
      incoming.socket.destroy();
    }
  };
  const server = tls === null ? createServer(exchange) : createTlsServer(tls, exchange);
  server.on('connection', (socket) => {
    if (down) socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: ArchiveProxy = {
    dicomWebUrl: `${tls === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}${root.pathname}`,
    treat: () => ({}),
    get down() {
      return down;
    },
    set down(value) {
      down = value;
      if (down) for (const socket of sockets) socket.destroy();
    },
    answered,
    async close() {
      closing.abort();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function proxiedRequest({ method = '', url = '', headers }: IncomingMessage, root: string): ProxiedRequest {
  const path = new URL(url, 'http://localhost').pathname.slice(root.length);
  const series = /^\/studies\/[\d.]+\/series\/([\d.]+)$/.exec(path)?.[1] ?? null;
  const retrieves = method === 'GET' && String(headers.accept).includes('application/dicom');
  return { method, path, retrievedSeries: retrieves ? series : null };
}

async function forward(root: URL, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, url, headers } = incoming;
  const outgoing = request({
    host: root.hostname,
    port: root.port,
    method,
    path: url,
    headers: { ...headers, host: root.host },
    agent: false,
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    body: Buffer.concat(await answer.toArray()),
  };
}

function send(
  response: ServerResponse,
  { status, contentType, body, headers }: Answer,
  treatment: Treatment,
): void {
  const sent = treatment.rewrite?.(body, contentType) ?? body;
  const { cut } = treatment;
  if (cut === undefined) {
    response
      .writeHead(status, { ...headers, 'content-type': contentType, 'content-length': sent.length })
      .end(sent);
    return;
  }
  // Without length or chunks, as Orthanc sends whole series: a closed connection looks like the end of the body.
  const socket = response.socket!;
  const head = `HTTP/1.1 ${status} OK\r\nContent-Type: ${contentType}\r\nConnection: close\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), sent.subarray(0, cut.afterBytes)]), () => {
    if (cut.by === 'close') socket.end();
    else socket.resetAndDestroy();
  });
}

/** A multipart body without its last part, otherwise well formed. */
export function withoutLastPart(body: Buffer, contentType: string): Buffer {
  const boundary = /boundary="?([^";]+)/.exec(contentType)![1]!;
  const last = body.lastIndexOf(`--${boundary}--`);
  const previous = body.lastIndexOf(`--${boundary}\r\n`, last - 1);
  return Buffer.concat([body.subarray(0, previous), body.subarray(last)]);
}

/** A JSON array without its last element. */
export function withoutLastElement(body: Buffer): Buffer {
  return Buffer.from(JSON.stringify((JSON.parse(body.toString('utf8')) as unknown[]).slice(0, -1)));
}
