import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A message that was received and verified by another program than the one that signed it. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly message: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export type ReceiverAnswer = (response: ServerResponse) => void;

export interface WebhookReceiver {
  readonly url: string;
  readonly host: string;
  /** How it answers; 204 at first. */
  answer: ReceiverAnswer;
  readonly received: readonly ReceivedWebhook[];
  /** Connections it ever had. */
  readonly connections: number;
  /** Messages that no secret of its own verifies. */
  readonly refused: number;
  close(): Promise<void>;
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): ReceiverAnswer =>
  (response) =>
    response.writeHead(code, headers).end();

/** A receiver on loopback that knows one secret. */
export async function startReceiver(secret: string): Promise<WebhookReceiver> {
  const verifier = new Webhook(secret);
  const received: ReceivedWebhook[] = [];
  let [connections, refused] = [0, 0];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const headers = request.headers as Record<string, string>;
    try {
      const message = verifier.verify(text, headers) as ReceivedWebhook['message'];
      received.push({ id: headers['webhook-id']!, path: request.url!, headers, text, message });
    } catch {
      refused += 1;
    }
    receiver.answer(response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    answer: status(204),
    url: `http://127.0.0.1:${port}/hooks`,
    host: `127.0.0.1:${port}`,
    received,
    get connections() {
      return connections;
    },
    get refused() {
      return refused;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
