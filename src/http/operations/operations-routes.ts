import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import type { AnalysisSubmitter } from '../../jobs/analysis-submitter.ts';
import { sharedWhileRunning } from '../../process/shared-while-running.ts';
import type { components } from '../contract.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { DatabaseTurns } from '../requests/database-turns.ts';
import type { Route } from '../route.ts';

type Schemas = components['schemas'];

/** What the service says of its parts; the API adds them up. */
export type ReadinessChecks = Schemas['ReadinessChecks'];

export interface OperationsParts {
  readonly queue: Pick<AnalysisSubmitter, 'stopping'>;
  /** Asks every part; a part that does not answer is `ok: false`, never a rejection. */
  readonly readiness: () => Promise<ReadinessChecks>;
  /** False when only another start of the process can help. */
  readonly alive?: () => boolean;
  readonly registry: Registry;
  readonly turn: DatabaseTurns;
}

export const CONTRACT_FILE = fileURLToPath(new URL('../../../openapi/spinegrade.yaml', import.meta.url));

/** For orchestration and monitoring. */
export function operationsRoutes(parts: OperationsParts): readonly Route[] {
  const { queue, registry, turn, alive = () => true } = parts;
  const readiness = sharedWhileRunning(parts.readiness);
  return [
    {
      operationId: 'health',
      method: 'get',
      path: '/healthz',
      permission: 'none',
      handle(_request, response) {
        if (!alive())
          throw new ProblemError('database-unavailable', 'The thread of the database does not answer.');
        response.json({ status: 'ok' });
      },
    },
    {
      operationId: 'readiness',
      method: 'get',
      path: '/readyz',
      permission: 'none',
      async handle(request, response) {
        const checks = await readiness();
        const left = new Set([request.query['exclude'] ?? []].flat());
        const ready = Object.entries(checks).every(([part, { ok }]) => ok || left.has(part));
        const status = queue.stopping ? 'stopping' : ready ? 'ready' : 'not-ready';
        const body: Schemas['Readiness'] = { status, checks };
        response.status(status === 'ready' ? 200 : 503).json(body);
      },
    },
    {
      operationId: 'metrics',
      method: 'get',
      path: '/metrics',
      permission: 'read',
      async handle(request, response) {
        // The gauges of the queue ask the database.
        response.type(registry.contentType).send(await turn(request, () => registry.metrics()));
      },
    },
    {
      operationId: 'contract',
      method: 'get',
      path: '/openapi.yaml',
      permission: 'none',
      handle(_request, response) {
        response.type('application/yaml').sendFile(CONTRACT_FILE);
      },
    },
  ];
}
