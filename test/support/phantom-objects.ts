import type { SeriesRole } from '../../src/domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import { phantomDicom } from '../../src/phantom/phantom-dicom.ts';
import { phantomStudy } from '../../src/phantom/phantom-study.ts';

export interface PhantomObject {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly role: SeriesRole;
  readonly bytes: Uint8Array;
}

/** A phantom study of three series as the demo makes it. Rendering takes seconds: once a test file. */
export function phantomObjects(seed: number): readonly PhantomObject[] {
  const study = phantomStudy(seed, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
  const objects = phantomDicom(study, { studyDate: '20240115', studyTime: '101112' });
  return objects.map(({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, role, bytes }) => ({
    studyInstanceUid: studyInstanceUid as StudyInstanceUid,
    seriesInstanceUid: seriesInstanceUid as SeriesInstanceUid,
    sopInstanceUid: sopInstanceUid as SopInstanceUid,
    role,
    bytes,
  }));
}

/**
 * The same images as another study: in every UID of the phantom the last digit is another one, so that no length in
 * the file changes.
 * @param turn 1 to 9; different ones give different studies.
 */
export function asAnotherStudy(objects: readonly PhantomObject[], turn: number): readonly PhantomObject[] {
  const other = (text: string) =>
    text.replaceAll(/2\.25\.\d{20,}/g, (uid) => uid.slice(0, -1) + ((Number(uid.at(-1)) + turn) % 10));
  return objects.map(({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, role, bytes }) => ({
    studyInstanceUid: other(studyInstanceUid) as StudyInstanceUid,
    seriesInstanceUid: other(seriesInstanceUid) as SeriesInstanceUid,
    sopInstanceUid: other(sopInstanceUid) as SopInstanceUid,
    role,
    bytes: Buffer.from(other(Buffer.from(bytes).toString('latin1')), 'latin1'),
  }));
}

/** The same images with another BodyPartExamined (0018,0015), of at most the six characters of LSPINE. */
export function ofBodyPart(objects: readonly PhantomObject[], bodyPart: string): readonly PhantomObject[] {
  return objects.map((object) => ({
    ...object,
    bytes: Buffer.from(
      Buffer.from(object.bytes).toString('latin1').replace('LSPINE', bodyPart.padEnd(6, ' ')),
      'latin1',
    ),
  }));
}
