import { STAGES } from '../../../domain/stage.ts';
import { type AnalysisFollower, isFinal } from '../../../jobs/analysis-follower.ts';
import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import type { AnalysisEvent } from '../../../jobs/ledger/analysis-events.ts';
import { RequestError } from '../../../jobs/request-errors.ts';
import type { components } from '../../contract.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import { isHead } from '../../requests/head-as-get.ts';
import type { Route } from '../../route.ts';
import { whileThere } from './follow-client.ts';

export interface EventsParts {
  readonly queue: Pick<AnalysisReader, 'find' | 'eventsAfter'>;
  readonly follower: Pick<AnalysisFollower, 'follow' | 'following'>;
  readonly turn: DatabaseTurns;
}

/** Comments keep the connection through proxies, which cut silent ones after half a minute and more. */
const KEEP_ALIVE_MS = 15_000;
/** After which a client whose connection broke comes back. */
const RETRY_MS = 2_000;
/** A client that does not read what it is sent is let go of: it can come back with Last-Event-ID. */
const UNREAD_BYTES = 64 * 1024;

/** What becomes of an analysis, as it happens: server-sent events (HTML Living Standard 9.2) up to the final one. */
export function eventsRoute({ queue, follower, turn }: EventsParts): Route {
  return {
    operationId: 'followAnalysis',
    method: 'get',
    path: '/analyses/{id}/events',
    permission: 'read',
    async handle(request, response) {
      const { id } = request.params;
      const after = eventId(request.get('Last-Event-ID'));
      const record = await turn(request, () => queue.find(id));
      if (record === null) throw new RequestError('not-found');
      // The status with which a client is told not to come back (9.2.3).
      const over = isFinal(record.state) && (await queue.eventsAfter(id, after)).length === 0;
      if (over) return void response.status(204).end();
      response.status(200).type('text/event-stream');
      if (isHead(response)) return void response.end();
      const signal = whileThere(follower, response);
      response.write(`retry: ${RETRY_MS}\n\n`);
      const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
      try {
        for await (const event of follower.follow(id, after, signal)) {
          response.write(inText(event));
          if (response.writableLength > UNREAD_BYTES) return void response.destroy();
        }
      } finally {
        clearInterval(keepAlive);
      }
      response.end();
    },
  };
}

/** 0 for none, and for what is no id of ours: then everything is told. */
function eventId(header: string | undefined): number {
  return /^\d{1,15}$/.test(header ?? '') ? Number(header) : 0;
}

function inText(event: AnalysisEvent): string {
  const { id, at, state, stage, attempt } = event;
  const data: components['schemas']['AnalysisEvent'] = {
    state,
    stage,
    attempt,
    progress: progressOf(event),
    at: at.toISOString(),
  };
  return `id: ${id}\nevent: analysis\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Which share of the stages is behind it. */
function progressOf({ state, stage }: AnalysisEvent): number {
  if (isFinal(state)) return 1;
  return state === 'queued' || stage === null ? 0 : STAGES.indexOf(stage) / STAGES.length;
}
