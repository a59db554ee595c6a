import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import type { Priority } from '../../../jobs/analysis-request.ts';
import type { AnalysisSteering } from '../../../jobs/analysis-steering.ts';
import { RequestError } from '../../../jobs/request-errors.ts';
import type { components } from '../../contract.ts';
import { recordAnalyses } from '../../guard/audited.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import type { Route } from '../../route.ts';
import { analysisRepresentation } from '../analysis-representation.ts';
import { filterOf } from '../following/filter-of.ts';

type Schemas = components['schemas'];

export interface SteeringParts {
  readonly queue: Pick<AnalysisReader, 'find'>;
  readonly steering: AnalysisSteering;
  readonly turn: DatabaseTurns;
}

const RETRIED_AT_ONCE = 100;

/** Cancelling, repeating, and taking note of what failed. */
export function steeringRoutes({ queue, steering, turn }: SteeringParts): readonly Route[] {
  const present = async (id: string): Promise<Schemas['Analysis']> => {
    const record = await queue.find(id);
    if (record === null) throw new RequestError('not-found');
    return analysisRepresentation(record);
  };
  return [
    {
      operationId: 'cancelAnalysis',
      method: 'delete',
      path: '/analyses/{id}',
      permission: 'analyze',
      async handle(request, response) {
        const { id } = request.params;
        const analysis = await turn(request, async () => {
          await steering.cancel(id);
          return present(id);
        });
        response.status(analysis.state === 'cancelled' ? 200 : 202).json(analysis);
      },
    },
    {
      operationId: 'retryAnalysis',
      method: 'post',
      path: '/analyses/{id}/retry',
      permission: 'analyze',
      async handle(request, response) {
        const { id, created, state, studyInstanceUid } = await turn(request, () =>
          steering.retry(request.params.id),
        );
        const submission: Schemas['Submission'] = { id, studyInstanceUid, created, state: state ?? 'queued' };
        response.status(202).location(`/analyses/${id}`).json(submission);
      },
    },
    {
      operationId: 'retryAnalyses',
      method: 'post',
      path: '/analyses/retry',
      permission: 'analyze',
      async handle(request, response) {
        const asked: Schemas['BulkRetry'] = request.body ?? {};
        const { limit = RETRIED_AT_ONCE, as } = asked;
        const filter = filterOf({ state: 'failed', ...asked.filter });
        const done = await turn(request, () =>
          steering.retryAll(filter, limit, as satisfies Priority | undefined),
        );
        recordAnalyses(
          response,
          done.retried.map(({ id }) => id),
        );
        const body: Schemas['BulkRetried'] = {
          retried: done.retried.map((each) => ({ ...each })),
          remaining: done.remaining,
        };
        response.json(body);
      },
    },
    {
      operationId: 'acknowledgeAnalysis',
      method: 'post',
      path: '/analyses/{id}/acknowledge',
      permission: 'analyze',
      async handle(request, response) {
        const { id } = request.params;
        const analysis = await turn(request, async () => {
          await steering.acknowledge(id);
          return present(id);
        });
        response.json(analysis);
      },
    },
  ];
}
