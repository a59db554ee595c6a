import { foundAnalysis } from '../../analyses/found-analysis.ts';
import type { PageParts } from '../page-parts.ts';
import type { PageRoute } from '../page-route.ts';
import { idOf } from '../steering-routes.ts';
import { viewerOf } from '../viewer.ts';
import { analysisPage } from './analysis-page.ts';
import { chosenSlice, chosenTarget } from './chosen-target.ts';

/** Other analyses of the study that are named. */
const OTHERS = 20;

/** One analysis. */
export function analysisRoute({ queue, turn, access }: PageParts): PageRoute {
  return {
    operationId: 'page.analysis',
    method: 'get',
    path: '/page/analyses/:id',
    permission: 'read',
    async handle(request, response) {
      const id = idOf(request);
      const chosen = chosenTarget(request.query);
      const slice = chosenSlice(request.query);
      const { record, others } = await turn(request, async () => {
        const record = foundAnalysis(await queue.find(id));
        const others = await queue.list('all', { study: record.studyInstanceUid }, null, OTHERS);
        return { record, others };
      });
      response.type('html').send(
        analysisPage({
          viewer: viewerOf(response, access),
          record,
          others: others.analyses,
          hasMore: others.next !== null,
          chosen,
          slice,
          done: request.query['done'],
          now: new Date(),
        }),
      );
    },
  };
}
