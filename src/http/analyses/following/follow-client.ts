import type { Response } from 'express';
import { CATALOGUE } from '../../../domain/catalogue.ts';
import type { AnalysisFollower } from '../../../jobs/analysis-follower.ts';
import { ProblemError } from '../../problems/problem-error.ts';

/** Clients that wait for something to happen, each with a connection: others are to have some left. */
const AT_ONCE = 128;

/** A signal for following on behalf of a client, aborted when it has gone. @throws ProblemError `busy` */
export function whileThere(follower: Pick<AnalysisFollower, 'following'>, response: Response): AbortSignal {
  if (follower.following >= AT_ONCE)
    throw new ProblemError('busy', CATALOGUE.busy.meaning, { 'Retry-After': '2' });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
