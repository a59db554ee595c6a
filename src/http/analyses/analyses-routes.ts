import type { CallbackAsker } from '../../callbacks/callback-asker.ts';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { parseTraceparent } from '../../domain/traceparent.ts';
import { type StudyInstanceUid, uid } from '../../domain/uid.ts';
import type { AnalysisReader } from '../../jobs/analysis-reader.ts';
import type { AnalysisSubmitter } from '../../jobs/analysis-submitter.ts';
import type { components } from '../contract.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { DatabaseTurns } from '../requests/database-turns.ts';
import type { Route } from '../route.ts';
import { analysisRepresentation } from './analysis-representation.ts';
import { latestResults, sendReport } from './study-report.ts';

type Schemas = components['schemas'];

export interface AnalysesParts {
  readonly queue: Pick<AnalysisSubmitter, 'submit'> & Pick<AnalysisReader, 'find' | 'ofStudy'>;
  readonly callbacks: CallbackAsker;
  readonly turn: DatabaseTurns;
}

/** Asking for analyses and reading their results. */
export function analysesRoutes({ queue, callbacks, turn }: AnalysesParts): readonly Route[] {
  return [
    {
      operationId: 'analyzeStudy',
      method: 'post',
      path: '/studies/{studyInstanceUid}/analyze',
      permission: 'submit',
      async handle(request, response) {
        const study = studyOf(request.params);
        const traceparent = parseTraceparent(request.get('traceparent'));
        const { callbackUrl } = (request.body ?? {}) as Schemas['AnalysisRequest'];
        if (callbackUrl !== undefined && !callbacks.allows(callbackUrl)) {
          throw new ProblemError('callback-refused', CATALOGUE['callback-refused'].meaning);
        }
        const { id, created } = await turn(request, () => queue.submit(study, 'api', undefined, traceparent));
        if (callbackUrl !== undefined) await turn(request, () => callbacks.ask(id, callbackUrl));
        const submission: Schemas['Submission'] = { id, studyInstanceUid: study, created };
        response.status(202).location(`/analyses/${id}`).json(submission);
      },
    },
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
        const record = await turn(request, () => queue.find(request.params.id));
        if (record === null) throw new ProblemError('not-found', 'There is no analysis of that id.');
        response.json(analysisRepresentation(record));
      },
    },
  ];
}

function studyOf({ studyInstanceUid }: { readonly studyInstanceUid: string }): StudyInstanceUid {
  return uid<StudyInstanceUid>(studyInstanceUid, 'studyInstanceUid');
}
