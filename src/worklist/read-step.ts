import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { textValue } from '../dicom/json/dicom-json-values.ts';
import { isUid, type SopInstanceUid, type StudyInstanceUid } from '../domain/uid.ts';
import type { Priority } from '../jobs/analysis-request.ts';
import { type Coded, codesIn, items } from './coded.ts';
import { TAGS } from './workitem-tags.ts';

/** What a step says of itself, as far as it concerns this service. */
export interface Step {
  readonly workitem: SopInstanceUid;
  /** As it was sent. */
  readonly state: string | null;
  readonly priority: Priority;
  /** Input Readiness State (0040,4041): whether all of the input is there. */
  readonly isReady: boolean;
  readonly label: string | null;
  readonly codes: readonly Coded[];
  /** For which equipment it is scheduled; none: for any. */
  readonly stations: readonly Coded[];
  /** Whether it is scheduled for people. */
  readonly isForPeople: boolean;
  /** Scheduled Procedure Step Start DateTime as it was sent; '' where there is none. */
  readonly start: string;
  readonly input: StepInput;
  /** Output Destination Sequence (0040,4070): where results are to be stored by STOW-RS; none: that is left to us. */
  readonly storageUrls: readonly string[];
}

/** Input Information Sequence (0040,4021): each once. */
export interface StepInput {
  readonly studies: readonly StudyInstanceUid[];
  readonly series: readonly string[];
  /** Of WADO-RS and WADO, where the step says where its input lies. */
  readonly retrieveUrls: readonly string[];
}

const PRIORITIES: Readonly<Record<string, Priority>> = { HIGH: 'stat', MEDIUM: 'routine', LOW: 'backfill' };

/** Null of a data set that names no step. */
export function readStep(dataSet: DicomJson): Step | null {
  const workitem = textValue(dataSet, TAGS.sopInstanceUid);
  if (workitem === null || !isUid(workitem)) return null;
  return {
    workitem: workitem as SopInstanceUid,
    state: textValue(dataSet, TAGS.procedureStepState),
    priority: PRIORITIES[textValue(dataSet, TAGS.priority) ?? ''] ?? 'routine',
    isReady: textValue(dataSet, TAGS.inputReadiness) === 'READY',
    label: textValue(dataSet, TAGS.worklistLabel),
    codes: codesIn(dataSet, TAGS.workitemCode),
    stations: codesIn(dataSet, TAGS.stationNameCode),
    isForPeople: items(dataSet, TAGS.humanPerformers).length > 0,
    start: textValue(dataSet, TAGS.startDateTime) ?? '',
    input: inputOf(dataSet),
    storageUrls: urlsIn(items(dataSet, TAGS.outputDestination), TAGS.stowStorage, TAGS.storageUrl),
  };
}

function inputOf(dataSet: DicomJson): StepInput {
  const inputs = items(dataSet, TAGS.inputInformation);
  const uids = (tag: string) =>
    [...new Set(inputs.flatMap((item) => textValue(item, tag) ?? []))].filter(isUid);
  return {
    studies: uids(TAGS.studyInstanceUid) as StudyInstanceUid[],
    series: uids(TAGS.seriesInstanceUid),
    retrieveUrls: [
      ...urlsIn(inputs, TAGS.wadoRsRetrieval, TAGS.retrieveUrl),
      ...urlsIn(inputs, TAGS.wadoRetrieval, TAGS.retrieveUri),
    ],
  };
}

/** Of all items of a sequence within each of some items. */
function urlsIn(of: readonly DicomJson[], sequence: string, tag: string): readonly string[] {
  return of.flatMap((item) => items(item, sequence).flatMap((each) => textValue(each, tag) ?? []));
}

/** Whether the step wants its results stored, and nowhere below the root of STOW-RS at which this service stores. */
export function isStoredElsewhere({ storageUrls }: Pick<Step, 'storageUrls'>, storesAt: string): boolean {
  return storageUrls.length > 0 && !storageUrls.some((url) => url.startsWith(storesAt));
}

/** Whether the step says of all of its input that it lies elsewhere than below the root of this archive. */
export function liesElsewhere({ retrieveUrls }: StepInput, archiveUrl: string): boolean {
  return retrieveUrls.length > 0 && retrieveUrls.every((url) => !url.startsWith(archiveUrl));
}
