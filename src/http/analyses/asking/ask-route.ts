import type { Request, Response } from 'express';
import type { CallbackAsker } from '../../../callbacks/callback-asker.ts';
import { OTHER_SERIES, type SeriesOverride } from '../../../domain/series-role.ts';
import { parseTraceparent } from '../../../domain/traceparent.ts';
import { type StudyInstanceUid, uid } from '../../../domain/uid.ts';
import { type AnalysisFollower, isFinal } from '../../../jobs/analysis-follower.ts';
import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import { type AnalysisRequest, AS_EVER } from '../../../jobs/analysis-request.ts';
import type { AnalysisSubmitter } from '../../../jobs/analysis-submitter.ts';
import { RequestError } from '../../../jobs/request-errors.ts';
import type { components } from '../../contract.ts';
import { callerName } from '../../guard/guarded.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import type { Route } from '../../route.ts';
import { analysisRepresentation } from '../analysis-representation.ts';
import { whileThere } from '../following/follow-client.ts';
import { idempotencyKey, takingOnce } from './idempotency-key.ts';
import { preferredWait } from './prefer-wait.ts';

type Schemas = components['schemas'];

export interface AskParts {
  readonly queue: Pick<AnalysisSubmitter, 'submit' | 'askedBefore'> & Pick<AnalysisReader, 'find'>;
  readonly follower: Pick<AnalysisFollower, 'follow' | 'following'>;
  readonly callbacks: CallbackAsker;
  /** Series Instance UIDs of the study in the archive. @throws Fault `archive-unavailable` */
  readonly seriesOf: (study: StudyInstanceUid) => Promise<readonly string[]>;
  readonly turn: DatabaseTurns;
}

/** Asking for an analysis, and waiting for it where the client would rather. */
export function askRoute(parts: AskParts): Route {
  const { queue, callbacks, turn } = parts;
  const takeOnce = takingOnce();
  return {
    operationId: 'analyzeStudy',
    method: 'post',
    path: '/studies/{studyInstanceUid}/analyze',
    permission: 'analyze',
    async handle(request, response) {
      const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
      const asked = requestOf(request.body);
      const { callbackUrl } = (request.body ?? {}) as Schemas['AnalysisRequest'];
      const key = idempotencyKey(request.get('Idempotency-Key'), callerName(response), {
        study,
        asked,
        callbackUrl: callbackUrl ?? null,
      });
      const traceparent = parseTraceparent(request.get('traceparent'));
      const { id, created, state } = await takeOnce(key, async () => {
        if (callbackUrl !== undefined && !callbacks.allows(callbackUrl))
          throw new RequestError('callback-refused');
        const before = key && (await turn(request, () => queue.askedBefore(key)));
        if (before === null) await checkSeries(parts, study, asked.series);
        const taken =
          before === null
            ? await turn(request, () => queue.submit(study, 'api', { traceparent, request: asked, key }))
            : { id: before, created: false, state: null };
        // Also of a request that came again: the first may have been cut off before this.
        if (callbackUrl !== undefined) await turn(request, () => callbacks.ask(taken.id, callbackUrl));
        return taken;
      });
      response.location(`/analyses/${id}`);
      const waited = await waitForEnd(parts, id, request, response);
      const of = { id, studyInstanceUid: study, created };
      if (!waited && state !== null) {
        const submission: Schemas['Submission'] = { ...of, state };
        return void response.status(202).json(submission);
      }
      // Who waits, or comes back, is told what it came to.
      const record = await turn(request, () => queue.find(id));
      if (record === null) throw new RequestError('not-found');
      if (isFinal(record.state)) return void response.json(analysisRepresentation(record));
      const submission: Schemas['Submission'] = { ...of, state: record.state };
      response.status(202).json(submission);
    },
  };
}

function requestOf(body: Partial<AnalysisRequest> | undefined): AnalysisRequest {
  const { priority = AS_EVER.priority, force = false, note = null, series = {} } = body ?? {};
  return { priority, force, note, series };
}

/** The archive is asked only where something is said of its series. */
async function checkSeries(
  { seriesOf }: Pick<AskParts, 'seriesOf'>,
  study: StudyInstanceUid,
  override: SeriesOverride,
): Promise<void> {
  const named = Object.keys(override).filter((series) => series !== OTHER_SERIES);
  if (named.length === 0) return;
  const there = await seriesOf(study);
  if (named.some((series) => !there.includes(series))) throw new RequestError('unknown-series');
}

/** @returns whether the client wanted to wait. */
async function waitForEnd(
  { follower }: Pick<AskParts, 'follower'>,
  id: string,
  request: Request,
  response: Response,
): Promise<boolean> {
  const seconds = preferredWait(request.get('Prefer'));
  if (seconds === null) return false;
  // The connection is silent meanwhile.
  response.setTimeout((seconds + 30) * 1000);
  response.set('Preference-Applied', `wait=${seconds}`);
  const signal = AbortSignal.any([whileThere(follower, response), AbortSignal.timeout(seconds * 1000)]);
  for await (const _ of follower.follow(id, 0, signal));
  return true;
}
