import { sharedWhileRunning } from '../../../process/shared-while-running.ts';
import { filterOf } from '../../analyses/following/filter-of.ts';
import { cursorOf, placeOf } from '../../analyses/following/list-cursor.ts';
import type { PageParts } from '../page-parts.ts';
import type { PageRoute } from '../page-route.ts';
import { viewerOf } from '../viewer.ts';
import { listPage } from './list-page.ts';
import { asFilter, askedList, listUrl } from './page-query.ts';

/** Rows of a page. */
const PAGE = 50;
const DAY_MS = 86_400_000;

/** The list. How the work stands is asked once, however many look at it at a time. */
export function listRoute({ queue, readiness, turn, access }: PageParts): PageRoute {
  const stats = sharedWhileRunning(() => queue.stats(new Date(Date.now() - DAY_MS)));
  const checks = sharedWhileRunning(readiness);
  return {
    operationId: 'page.analyses',
    method: 'get',
    path: '/',
    permission: 'read',
    async handle(request, response) {
      const asked = askedList(request.query);
      const filter = filterOf(asFilter(asked));
      const { cursor, done } = request.query;
      const from =
        typeof cursor === 'string' && cursor !== '' ? placeOf(cursor, { kind: 'page', filter }) : null;
      const shown = await turn(request, async () => {
        const page = await queue.list('all', filter, from, PAGE);
        return { ...page, stats: await stats() };
      });
      response.type('html').send(
        listPage({
          ...shown,
          viewer: viewerOf(response, access),
          asked,
          next: shown.next && cursorOf(shown.next, { kind: 'page', filter }),
          isFirst: from === null,
          readiness: await checks(),
          done,
          here: listUrl(asked, from === null ? {} : { cursor: String(cursor) }),
          now: new Date(),
        }),
      );
    },
  };
}
