import { type StudyInstanceUid, uid } from '../../domain/uid.ts';
import type { AnalysisReader } from '../../jobs/analysis-reader.ts';
import type { Route } from '../route.ts';
import { analysisRepresentation } from './analysis-representation.ts';
import { type AskParts, askRoute } from './asking/ask-route.ts';
import { sendTagged } from './following/entity-tag.ts';
import { eventsRoute } from './following/events-route.ts';
import { listRoutes } from './following/list-routes.ts';
import { statsRoute } from './following/stats-route.ts';
import { foundAnalysis } from './found-analysis.ts';
import { measuredRoute, type PictureParts, pictureRoute, regionRoute } from './reading/picture-route.ts';
import { type SteeringParts, steeringRoutes } from './steering/steering-routes.ts';
import { latestResults, sendReport } from './study-report.ts';

export interface AnalysesParts extends AskParts, SteeringParts, PictureParts {
  readonly queue: AskParts['queue'] & AnalysisReader;
}

/** Asking for analyses and reading their results. */
export function analysesRoutes(parts: AnalysesParts): readonly Route[] {
  const { queue, turn } = parts;
  return [
    askRoute(parts),
    {
      operationId: 'listAnalyses',
      method: 'get',
      path: '/studies/{studyInstanceUid}/analyses',
      permission: 'read',
      async handle(request, response) {
        const study = studyOf(request.params);
        const analyses = await turn(request, () => queue.ofStudy(study));
        response.json({ analyses: analyses.map(analysisRepresentation) });
      },
    },
    {
      operationId: 'getReport',
      method: 'get',
      path: '/studies/{studyInstanceUid}/report',
      permission: 'read',
      async handle(request, response) {
        const study = studyOf(request.params);
        const analyses = await turn(request, () => queue.ofStudy(study));
        sendReport(latestResults(analyses), request, response);
      },
    },
    {
      operationId: 'getAnalysis',
      method: 'get',
      path: '/analyses/{id}',
      permission: 'read',
      async handle(request, response) {
        const record = foundAnalysis(await turn(request, () => queue.find(request.params.id)));
        sendTagged(analysisRepresentation(record), request, response);
      },
    },
    ...listRoutes(parts),
    eventsRoute(parts),
    statsRoute(parts),
    ...steeringRoutes(parts),
    pictureRoute(parts),
    regionRoute(parts),
    measuredRoute(parts),
  ];
}

function studyOf({ studyInstanceUid }: { readonly studyInstanceUid: string }): StudyInstanceUid {
  return uid<StudyInstanceUid>(studyInstanceUid, 'studyInstanceUid');
}
