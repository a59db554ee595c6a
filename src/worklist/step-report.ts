import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { CATALOGUE, type Code } from '../domain/catalogue.ts';
import type { ResultKind } from '../domain/result-object.ts';
import { STAGES, type Stage } from '../domain/stage.ts';
import type { AnalysisRecord } from '../jobs/analysis-record.ts';
import { type Coded, codeItem, codesIn, element } from './coded.ts';
import { discontinuationReasons } from './discontinuation.ts';
import { TAGS } from './workitem-tags.ts';

/** Comprehensive 3D SR, Secondary Capture Image and Key Object Selection Document Storage (PS3.4 B.5). */
const SOP_CLASSES: Readonly<Record<ResultKind, string>> = {
  SR: '1.2.840.10008.5.1.4.1.1.88.34',
  SC: '1.2.840.10008.5.1.4.1.1.7',
  KO: '1.2.840.10008.5.1.4.1.1.88.59',
};
/** Of a step that names no work of its own. */
const GRADING: Coded = {
  value: 'grading',
  scheme: '99SPINEGRADE',
  meaning: 'Grading of degenerative lumbar spine findings',
};

/** What is said of every step. */
export interface Performed {
  /** As the worklist has the step. */
  readonly step: DicomJson;
  readonly station: Coded;
  readonly startedAt: Date;
}

/** Which stage was begun, and how many of them are done; null: claimed, and waiting for its turn. */
export function progressReport(stage: Stage | null): DicomJson {
  const done = stage === null ? 0 : STAGES.indexOf(stage);
  return progressInformation({
    [TAGS.progress]: element('DS', String(Math.round((100 * done) / STAGES.length))),
    [TAGS.progressDescription]: element('ST', stage ?? 'queued'),
  });
}

/** Who performs it, since when. */
export function begunReport(performed: Performed): DicomJson {
  return { ...progressReport(null), ...performedProcedure(performed, {}) };
}

/** What was stored, and where it is retrieved (PS3.3 table 10-3b). @param archiveUrl root of its WADO-RS */
export function completedReport(
  performed: Performed,
  { studyInstanceUid, objects }: Pick<AnalysisRecord, 'studyInstanceUid' | 'objects'>,
  archiveUrl: string,
  endedAt: Date,
): DicomJson {
  const outputs = objects.map(({ kind, seriesInstanceUid, sopInstanceUid }) => ({
    [TAGS.typeOfInstances]: element('CS', 'DICOM'),
    [TAGS.studyInstanceUid]: element('UI', studyInstanceUid),
    [TAGS.seriesInstanceUid]: element('UI', seriesInstanceUid),
    [TAGS.referencedSop]: element('SQ', {
      [TAGS.referencedSopClassUid]: element('UI', SOP_CLASSES[kind]),
      [TAGS.referencedSopInstanceUid]: element('UI', sopInstanceUid),
    }),
    [TAGS.wadoRsRetrieval]: element('SQ', {
      [TAGS.retrieveUrl]: element(
        'UR',
        `${archiveUrl}/studies/${studyInstanceUid}/series/${seriesInstanceUid}`,
      ),
    }),
  }));
  return {
    ...progressInformation({
      [TAGS.progress]: element('DS', '100'),
      [TAGS.progressDescription]: element('ST', 'stored'),
    }),
    ...performedProcedure(performed, ended(endedAt, outputs)),
  };
}

/** Why it was given up (PS3.4 CC.2.1.2). @param words of the reasons, free of patient data */
export function canceledReport(
  performed: Performed,
  codes: readonly Code[],
  words: readonly string[],
  endedAt: Date,
): DicomJson {
  const told = words.length > 0 ? words : codes.map((code) => CATALOGUE[code].meaning);
  return {
    ...progressInformation({
      [TAGS.progress]: element('DS', '100'),
      [TAGS.progressDescription]: element('ST', 'canceled'),
      [TAGS.cancellationDateTime]: element('DT', dateTime(endedAt)),
      [TAGS.reasonForCancellation]: element('LT', told.join('; ').slice(0, 1024)),
      [TAGS.discontinuationReason]: element('SQ', ...discontinuationReasons(codes).map(codeItem)),
    }),
    ...performedProcedure(performed, ended(endedAt, [])),
  };
}

const progressInformation = (item: DicomJson): DicomJson => ({
  [TAGS.progressInformation]: element('SQ', item),
});

const ended = (at: Date, outputs: readonly DicomJson[]): DicomJson => ({
  [TAGS.performedEnd]: element('DT', dateTime(at)),
  [TAGS.outputInformation]: element('SQ', ...outputs),
});

function performedProcedure({ step, station, startedAt }: Performed, more: DicomJson): DicomJson {
  const codes = codesIn(step, TAGS.workitemCode);
  const item = {
    [TAGS.performedStationNameCode]: element('SQ', codeItem(station)),
    [TAGS.performedStart]: element('DT', dateTime(startedAt)),
    [TAGS.performedWorkitemCode]: element('SQ', ...(codes.length > 0 ? codes : [GRADING]).map(codeItem)),
    [TAGS.outputInformation]: element('SQ'),
    ...more,
  };
  return { [TAGS.performedProcedure]: element('SQ', item) };
}

/** DT with its offset (PS3.5 6.2). */
function dateTime(at: Date): string {
  return `${at.toISOString().replaceAll(/[-:TZ]/g, '')}000+0000`;
}
