import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import type { ListedPage, ListKind } from '../../../jobs/ledger/list-analyses.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import type { Route } from '../../route.ts';
import { filterOf } from './filter-of.ts';
import { cursorOf, placeOf } from './list-cursor.ts';
import { deadLetter, listedRepresentation } from './listed-representation.ts';

export interface ListParts {
  readonly queue: Pick<AnalysisReader, 'list'>;
  readonly turn: DatabaseTurns;
}

const PAGE = 50;

/** Lists of analyses, the newest first, page by page. */
export function listRoutes({ queue, turn }: ListParts): readonly Route[] {
  const page = async (kind: ListKind, query: Readonly<Record<string, unknown>>) => {
    const filter = filterOf(query);
    const { cursor, limit } = query;
    const from = typeof cursor === 'string' ? placeOf(cursor, { kind, filter }) : null;
    const { analyses, next }: ListedPage = await queue.list(kind, filter, from, Number(limit ?? PAGE));
    return { analyses, next: next && cursorOf(next, { kind, filter }) };
  };
  return [
    {
      operationId: 'findAnalyses',
      method: 'get',
      path: '/analyses',
      permission: 'read',
      async handle(request, response) {
        const { analyses, next } = await turn(request, () => page('all', request.query));
        response.json({ analyses: analyses.map(listedRepresentation), next });
      },
    },
    {
      operationId: 'listDeadLetters',
      method: 'get',
      path: '/dead-letters',
      permission: 'read',
      async handle(request, response) {
        const { acknowledged, ...query } = request.query;
        const kind = String(acknowledged) === 'true' ? 'dead' : 'unseen';
        const { analyses, next } = await turn(request, () => page(kind, query));
        response.json({ deadLetters: analyses.map(deadLetter), next });
      },
    },
  ];
}
