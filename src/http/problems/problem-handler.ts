import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler } from 'express';
import { CATALOGUE } from '../../domain/catalogue.ts';
import type { Events } from '../../observe/events/events.ts';
import type { components } from '../contract.ts';
import { routeOf } from '../requests/observed-requests.ts';
import { answerAndLinger } from '../requests/request-body.ts';
import { clientProblem } from './client-problem.ts';
import { ClientGoneError, UnreadBodyError } from './problem-error.ts';

type Problem = components['schemas']['Problem'];

/** Turns whatever a handler threw into a problem document; faults of our own go to the log, by their instance. */
export function problemHandler(events: Events): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (error instanceof ClientGoneError) return void response.destroy();
    const instance = `urn:uuid:${randomUUID()}` as const;
    const { code, status, detail, headers } = clientProblem(error, request);
    if (code === 'internal') events.httpFault(instance, error);
    if (status === 503) events.httpTurnedDown(code, request.method, routeOf(request));
    // Half an answer cannot be taken back: express cuts the connection.
    if (response.headersSent) return next(error);
    response.set(headers).status(status).type('application/problem+json');
    const { title } = CATALOGUE[code].problem;
    const problem: Problem = { type: `urn:spinegrade:problem:${code}`, title, status, detail, instance };
    const text = JSON.stringify(problem);
    if (error instanceof UnreadBodyError) answerAndLinger(response, text);
    else response.send(text);
  };
}
