import type { StudyInstanceUid } from '../../../domain/uid.ts';
import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import type { AnalysisRecord } from '../../../jobs/analysis-record.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import type { Route } from '../../route.ts';

export interface PictureParts {
  readonly queue: Pick<AnalysisReader, 'find'>;
  /** A summary image as a PNG, null where there is none to show. @throws Fault `archive-unavailable` */
  readonly picture: (
    study: StudyInstanceUid,
    object: AnalysisRecord['objects'][number],
  ) => Promise<Uint8Array | null>;
  readonly turn: DatabaseTurns;
}

/** The summary image that was stored, for whoever has no viewer of DICOM. */
export function pictureRoute({ queue, picture, turn }: PictureParts): Route {
  return {
    operationId: 'summaryPicture',
    method: 'get',
    path: '/analyses/{id}/summary.png',
    permission: 'read',
    async handle(request, response) {
      const record = await turn(request, () => queue.find(request.params.id));
      if (record === null) throw new ProblemError('not-found', 'There is no analysis of that id.');
      const stored = record.objects.find(({ kind }) => kind === 'SC');
      if (stored === undefined) throw new ProblemError('not-found', 'The analysis has no summary image.');
      // An object in an archive never changes.
      response.set('ETag', `"${stored.sopInstanceUid}"`);
      if (request.fresh) return void response.status(304).end();
      const png = await turn(request, () => picture(record.studyInstanceUid, stored));
      if (png === null) throw new ProblemError('not-found', 'Of the summary image there is nothing to show.');
      response.type('image/png').send(Buffer.from(png));
    },
  };
}
