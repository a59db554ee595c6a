import type { ShadowComparison } from '../../shadow/shadow-comparison.ts';
import { askedSince } from '../requests/asked-since.ts';
import type { DatabaseTurns } from '../requests/database-turns.ts';
import type { Route } from '../route.ts';

export interface ShadowParts {
  readonly shadow: (since: Date) => Promise<ShadowComparison>;
  readonly turn: DatabaseTurns;
}

const DEFAULT_SINCE_MS = 30 * 24 * 60 * 60 * 1000;

/** How a pack that may take over compares with the one that reports. */
export function shadowRoutes({ shadow, turn }: ShadowParts): readonly Route[] {
  return [
    {
      operationId: 'shadowComparison',
      method: 'get',
      path: '/shadow',
      permission: 'read',
      async handle(request, response) {
        const from = askedSince(request, DEFAULT_SINCE_MS);
        response.json(await turn(request, () => shadow(from)));
      },
    },
  ];
}
