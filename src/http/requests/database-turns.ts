import type { IncomingMessage } from 'node:http';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { ClientGoneError, ProblemError } from '../problems/problem-error.ts';

/** Requests that ask the database side by side; the queue's and the watcher's statements go between them. */
const AT_ONCE = 4;
/** Requests that wait for their turn; with more, a client waits longer than it is likely to. */
const WAITING = 64;
/** Seconds after which there may be room. */
const RETRY_AFTER = { 'Retry-After': '2' };

/** Lets a request ask the database when it is its turn. */
export type DatabaseTurns = <Result>(
  request: Pick<IncomingMessage, 'socket'>,
  ask: () => Promise<Result>,
) => Promise<Result>;

/**
 * Turns in order of asking.
 * @returns turns; one throws ProblemError `busy` when too many wait, ClientGoneError when its client has gone meanwhile.
 */
export function databaseTurns(atOnce = AT_ONCE, mayWait = WAITING): DatabaseTurns {
  const waiting: (() => void)[] = [];
  let asking = 0;
  return async (request, ask) => {
    if (asking >= atOnce) {
      if (waiting.length >= mayWait) {
        throw new ProblemError('busy', CATALOGUE.busy.meaning, RETRY_AFTER);
      }
      // Who ends hands its turn on.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else asking += 1;
    try {
      if (request.socket.destroyed) throw new ClientGoneError('the client has gone');
      return await ask();
    } finally {
      const next = waiting.shift();
      if (next === undefined) asking -= 1;
      else next();
    }
  };
}
