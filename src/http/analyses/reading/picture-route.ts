import type { Request, Response } from 'express';
import type { Finding, GradedStudy } from '../../../domain/assessment.ts';
import type { MeasuredSlice } from '../../../domain/measured-slice.ts';
import { findTarget, isSameTarget, type Target, targetKey } from '../../../domain/target.ts';
import type { StudyInstanceUid } from '../../../domain/uid.ts';
import type { AnalysisReader } from '../../../jobs/analysis-reader.ts';
import type { AnalysisRecord } from '../../../jobs/analysis-record.ts';
import type { operations } from '../../contract.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import type { DatabaseTurns } from '../../requests/database-turns.ts';
import type { Route } from '../../route.ts';
import { foundAnalysis } from '../found-analysis.ts';

export interface PictureParts {
  readonly queue: Pick<AnalysisReader, 'find'>;
  /** A summary image as a PNG, null where there is none to show. @throws Fault `archive-unavailable` */
  readonly picture: (
    study: StudyInstanceUid,
    object: AnalysisRecord['objects'][number],
  ) => Promise<Uint8Array | null>;
  /** The image on which a finding was read, null where there is none to show. @throws Fault `archive-unavailable` */
  readonly region: (
    study: StudyInstanceUid,
    finding: Finding,
    graded: GradedStudy,
  ) => Promise<Uint8Array | null>;
  /** The slice on which a level was measured, null where there is none to show. @throws Fault `archive-unavailable` */
  readonly measured: (
    study: StudyInstanceUid,
    slice: MeasuredSlice,
    graded: GradedStudy,
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
      const record = foundAnalysis(await turn(request, () => queue.find(request.params.id)));
      const stored = record.objects.find(({ kind }) => kind === 'SC');
      if (stored === undefined) throw new ProblemError('not-found', 'The analysis has no summary image.');
      // An object in an archive never changes.
      await sendPng(request, response, stored.sopInstanceUid, async () => {
        const png = await turn(request, () => picture(record.studyInstanceUid, stored));
        if (png !== null) return png;
        throw new ProblemError('not-found', 'Of the summary image there is nothing to show.');
      });
    },
  };
}

/** The image on which a finding was read, with its place. */
export function regionRoute({ queue, region, turn }: PictureParts): Route {
  return {
    operationId: 'findingRegion',
    method: 'get',
    path: '/analyses/{id}/region.png',
    permission: 'read',
    async handle(request, response) {
      const { id } = request.params;
      const target = targetOf(request.query);
      const record = foundAnalysis(await turn(request, () => queue.find(id)));
      const { graded, studyInstanceUid } = record;
      const finding = graded?.findings.find((each) => isSameTarget(each, target));
      if (graded === null || finding === undefined)
        throw new ProblemError('not-found', 'The analysis has no such finding.');
      // What was graded is graded for good.
      await sendPng(request, response, `${id} ${targetKey(target)}`, async () => {
        const png = await turn(request, () => region(studyInstanceUid, finding, graded));
        if (png !== null) return png;
        throw new ProblemError('not-found', 'The archive has no image that shows the finding.');
      });
    },
  };
}

/** The slice on which a level was measured, with what was measured and, where that is asked for, outlined. */
export function measuredRoute({ queue, measured, turn }: PictureParts): Route {
  return {
    operationId: 'measuredSlice',
    method: 'get',
    path: '/analyses/{id}/measured.png',
    permission: 'read',
    async handle(request, response) {
      const { id } = request.params;
      const { level, plane, outlines = false } = request.query as unknown as MeasuredQuery;
      const { graded, studyInstanceUid } = foundAnalysis(await turn(request, () => queue.find(id)));
      if (graded === null) throw new ProblemError('not-found', 'The analysis has no results.');
      await sendPng(request, response, `${id} ${level} ${plane} ${outlines}`, async () => {
        const slice = { level, plane, outlines };
        const png = await turn(request, () => measured(studyInstanceUid, slice, graded));
        if (png !== null) return png;
        throw new ProblemError(
          'not-found',
          'Nothing was measured there, or the archive has the image no more.',
        );
      });
    },
  };
}

type MeasuredQuery = operations['measuredSlice']['parameters']['query'];

/** A picture that is the same for as long as its tag: drawn for whoever does not have it. */
async function sendPng(
  request: Pick<Request, 'fresh'>,
  response: Response,
  tag: string,
  draw: () => Promise<Uint8Array>,
): Promise<void> {
  response.set('ETag', `"${tag}"`);
  if (request.fresh) return void response.status(304).end();
  response.type('image/png').send(Buffer.from(await draw()));
}

/** @throws ProblemError `invalid-request` where a side is missing or one too many. */
function targetOf(query: Request['query']): Target {
  const asked = query as unknown as operations['findingRegion']['parameters']['query'];
  const { condition, level, side = null } = asked;
  const target = findTarget({ condition, level, side });
  if (target !== null) return target;
  const words = side === null ? 'side is missing: left or right' : 'side: the spinal canal has none';
  throw new ProblemError('invalid-request', words);
}
