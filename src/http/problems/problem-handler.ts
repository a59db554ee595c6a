import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { CATALOGUE } from '../../domain/catalogue.ts';
import type { Events } from '../../observe/events/events.ts';
import type { components } from '../contract.ts';
import { routeOf } from '../requests/observed-requests.ts';
import { answerAndLinger } from '../requests/request-body.ts';
import { type ClientProblem, clientProblem } from './client-problem.ts';
import { ClientGoneError, UnreadBodyError } from './problem-error.ts';

/** A problem as it came up, once. */
export interface TellableProblem extends Pick<ClientProblem, 'code' | 'status' | 'detail'> {
  /** By which the log knows a fault of our own. */
  readonly instance: `urn:uuid:${string}`;
}

/** Turns whatever a handler threw into a problem document. */
export function problemHandler(events: Events): ErrorRequestHandler {
  return errorHandler(events, (problem, _request, response) => {
    response.type('application/problem+json');
    return JSON.stringify(problemDocument(problem));
  });
}

/**
 * Turns whatever a handler threw into an answer; faults of our own go to the log, by their instance.
 * @param tell sets the media type and gives the text.
 */
export function errorHandler(
  events: Events,
  tell: (problem: TellableProblem, request: Request, response: Response) => string,
): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (error instanceof ClientGoneError) return void response.destroy();
    const { headers, ...problem } = clientProblem(error, request);
    const { code, status } = problem;
    const instance = newInstance();
    if (code === 'internal') events.httpFault(instance, error);
    if (status === 503) events.httpTurnedDown(code, request.method, routeOf(request));
    // Half an answer cannot be taken back: express cuts the connection.
    if (response.headersSent) return next(error);
    response.set(headers).status(status);
    const text = tell({ ...problem, instance }, request, response);
    if (error instanceof UnreadBodyError) answerAndLinger(response, text);
    else response.send(text);
  };
}

export const newInstance = (): TellableProblem['instance'] => `urn:uuid:${randomUUID()}`;

/** As RFC 9457 has it. */
export function problemDocument(of: TellableProblem): components['schemas']['Problem'] {
  const { code, status, detail, instance } = of;
  const { title } = CATALOGUE[code].problem;
  return { type: `urn:spinegrade:problem:${code}`, title, status, detail, instance };
}
