import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { LINGER_MS } from '../requests/request-body.ts';
import { newInstance, problemDocument } from './problem-handler.ts';

/** What Node's parser of HTTP says, where it is more than that the request is none. */
const BY_CODE = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-not-in-time',
} as const;

/** What did not become a request: a problem document, and the end of the connection. Nothing that was sent is repeated. */
export function answerUnparsed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = BY_CODE[error.code as keyof typeof BY_CODE] ?? 'invalid-request';
  const { problem, meaning } = CATALOGUE[code];
  const told = { code, status: problem.status, detail: meaning, instance: newInstance() };
  const text = JSON.stringify(problemDocument(told));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  // Closed over bytes that were not read, a connection is reset, and a client may lose the answer with it.
  socket.pause();
  socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
  const limit = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(limit));
}
