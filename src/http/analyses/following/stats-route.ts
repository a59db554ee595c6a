import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import { ANALYSIS_STATES } from '../../../jobs/analysis-record.ts';
import { PRIORITIES } from '../../../jobs/analysis-request.ts';
import type { components } from '../../contract.ts';
import { askedSince } from '../../requests/asked-since.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import type { Route } from '../../route.ts';

const DEFAULT_SINCE_MS = 24 * 60 * 60 * 1000;

export interface StatsParts {
  readonly queue: Pick<AnalysisReader, 'stats'>;
  readonly turn: DatabaseTurns;
}

/** How the work stands, for people and scripts; monitoring has metrics. */
export function statsRoute({ queue, turn }: StatsParts): Route {
  return {
    operationId: 'stats',
    method: 'get',
    path: '/stats',
    permission: 'read',
    async handle(request, response) {
      const from = askedSince(request, DEFAULT_SINCE_MS);
      const { byState, queuedByPriority, oldestQueuedSeconds, ...rest } = await turn(request, () =>
        queue.stats(from),
      );
      const body: components['schemas']['Stats'] = {
        since: from.toISOString(),
        byState: counts(ANALYSIS_STATES, byState),
        queue: { byPriority: counts(PRIORITIES, queuedByPriority), oldestSeconds: oldestQueuedSeconds },
        ...rest,
      };
      response.json(body);
    },
  };
}

function counts<Name extends string>(
  names: readonly Name[],
  counted: Readonly<Partial<Record<Name, number>>>,
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, counted[name] ?? 0])) as Record<Name, number>;
}
