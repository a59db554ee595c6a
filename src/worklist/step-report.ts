import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { CATALOGUE, type Code } from '../domain/catalogue.ts';
import type { ResultKind } from '../domain/result-object.ts';
import { STAGES, type Stage } from '../domain/stage.ts';
import type { AnalysisRecord } from '../jobs/analysis-record.ts';
import { type Coded, codeItem, codesIn, element } from './coded.ts';
import { discontinuationReasons } from './discontinuation.ts';
import { TAGS } from './workitem-tags.ts';

/** Comprehensive 3D SR, Secondary Capture Image, Key Object Selection Document and Segmentation Storage (PS3.4 B.5). */
const SOP_CLASSES: Readonly<Record<ResultKind, string>> = {
  SR: '1.2.840.10008.5.1.4.1.1.88.34',
  SC: '1.2.840.10008.5.1.4.1.1.7',
  KO: '1.2.840.10008.5.1.4.1.1.88.59',
  SEG: '1.2.840.10008.5.1.4.1.1.66.4',
};
/** Of a step that names no work of its own. */
const GRADING: Coded = {
  value: 'grading',
  scheme: '99SPINEGRADE',
  meaning: 'Grading of degenerative lumbar spine findings',
};

type StoredObjects = Pick<AnalysisRecord, 'studyInstanceUid' | 'objects'>;

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
  return told({ ...progressReport(null), ...performedProcedure(performed, {}) });
}

/** What was stored, and where it is retrieved. @param archiveUrl root of its WADO-RS */
export function completedReport(
  performed: Performed,
  analysis: StoredObjects,
  archiveUrl: string,
  endedAt: Date,
): DicomJson {
  return told({
    ...progressInformation({
      [TAGS.progress]: element('DS', '100'),
      [TAGS.progressDescription]: element('ST', 'stored'),
    }),
    ...performedProcedure(performed, ended(endedAt, outputsOf(analysis, archiveUrl))),
  });
}

export interface WhyCanceled {
  readonly codes: readonly Code[];
  /** Of the reasons, free of patient data; the catalogue's where there are none. */
  readonly words?: readonly string[];
  /** What was stored all the same, such as a report that says why not. */
  readonly analysis?: StoredObjects;
}

/** Why it was given up (PS3.4 CC.2.1.2). */
export function canceledReport(
  performed: Performed,
  { codes, words = [], analysis }: WhyCanceled,
  archiveUrl: string,
  endedAt: Date,
): DicomJson {
  const reasons = words.length > 0 ? words : codes.map((code) => CATALOGUE[code].meaning);
  const outputs = analysis === undefined ? [] : outputsOf(analysis, archiveUrl);
  return told({
    ...progressInformation({
      [TAGS.progress]: element('DS', '100'),
      [TAGS.progressDescription]: element('ST', 'canceled'),
      [TAGS.cancellationDateTime]: element('DT', dateTime(endedAt)),
      [TAGS.reasonForCancellation]: element('LT', reasons.join('; ').slice(0, 1024)),
      [TAGS.discontinuationReason]: element('SQ', ...discontinuationReasons(codes).map(codeItem)),
    }),
    ...performedProcedure(performed, ended(endedAt, outputs)),
  });
}

/** Items of Output Information Sequence (PS3.3 table 10-3b), one for each object. */
function outputsOf({ studyInstanceUid, objects }: StoredObjects, archiveUrl: string): readonly DicomJson[] {
  return objects.map(({ kind, seriesInstanceUid, sopInstanceUid }) => ({
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
}

/** With the character set that DICOM JSON has, where text needs one (PS3.4 table CC.2.5-3). */
function told(report: DicomJson): DicomJson {
  const isAscii = /^[\x20-\x7e]*$/.test(JSON.stringify(report));
  return isAscii ? report : { [TAGS.characterSet]: element('CS', 'ISO_IR 192'), ...report };
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
