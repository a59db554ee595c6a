import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReceivedSpan, readRequest } from './otlp-message.ts';

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** In order of arrival. */
  readonly spans: readonly ReceivedSpan[];
  /** What was sent, as it came. */
  readonly bodies: readonly Buffer[];
  /** The headers of the request that came last. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Status of the answers; null: requests are left without one. */
  status: number | null;
  close(): Promise<void>;
}

/** Takes OTLP over HTTP as protobuf, as a collector does. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  let headers: Readonly<Record<string, unknown>> = {};
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    headers = request.headers;
    bodies.push(body);
    if (receiver.status === null) return;
    const right = request.url === '/v1/traces' && headers['content-type'] === 'application/x-protobuf';
    if (receiver.status === 200 && right) spans.push(...readRequest(body));
    response.writeHead(right ? receiver.status : 404, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    get headers() {
      return headers;
    },
    status: 200,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
