import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Express, RequestHandler } from 'express';
import { answerUnparsed } from './problems/unparsed-requests.ts';
import { mayBeRead } from './requests/request-body.ts';

/** Clients beyond are not accepted: the API serves a hospital's systems, not the public. */
const MAX_CONNECTIONS = 256;
/** After which a connection is closed; of requests that a client sends at once, no more are read. */
const REQUESTS_A_CONNECTION = 100;
/** A handshake that is not finished by then is none. */
const HANDSHAKE_LIMIT_MS = 10_000;
const HEADERS_LIMIT_BYTES = 16 * 1024;
const HEADERS_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 20_000;
/** Silence of a connection, such as a client that does not read its answer. */
const IDLE_LIMIT_MS = 60_000;
const CHECK_EVERY_MS = 5_000;

export type TlsContext = Pick<
  ServerOptions,
  'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'minVersion'
>;

/** A server for the app, with limits on what a client may occupy. @param tls null: in the clear. */
export function createHttpServer(app: Express, tls: TlsContext | null = null): Server | TlsServer {
  const limits = {
    headersTimeout: HEADERS_LIMIT_MS,
    requestTimeout: REQUEST_LIMIT_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    maxHeaderSize: HEADERS_LIMIT_BYTES,
    keepAlive: true,
    handshakeTimeout: HANDSHAKE_LIMIT_MS,
  };
  const server = tls === null ? createServer(limits, app) : createTlsServer({ ...limits, ...tls }, app);
  if (tls !== null) (server as TlsServer).on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', answerUnparsed);
  server.maxConnections = MAX_CONNECTIONS;
  server.maxRequestsPerSocket = REQUESTS_A_CONNECTION;
  server.timeout = IDLE_LIMIT_MS;
  // A client that asks first whether to send its body is told before it sends any.
  server.on('checkContinue', (request, response) => {
    if (mayBeRead(request)) response.writeContinue();
    app(request, response);
  });
  return server;
}

/**
 * Requests that a client sends without waiting for answers wait for each other, and those of a client that has gone
 * are dropped: the work for a request begins when its answer can be sent.
 */
export function oneAnswerAtATime(): RequestHandler {
  /** By connection with an answer under way: what waits for it. */
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (request, response, next) => {
    const { socket } = request;
    response.once('close', () => {
      const following = socket.destroyed ? undefined : waiting.get(socket)?.shift();
      if (following === undefined) waiting.delete(socket);
      else following();
    });
    const others = waiting.get(socket);
    if (others !== undefined) return void others.push(next);
    waiting.set(socket, []);
    next();
  };
}
