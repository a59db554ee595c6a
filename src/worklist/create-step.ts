import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { textValue } from '../dicom/json/dicom-json-values.ts';
import type { Archive, SeriesSummary } from '../dicomweb/archive.ts';
import type { Worklist } from '../dicomweb/ups/worklist.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import { codeItem, element } from './coded.ts';
import type { WhichSteps } from './which-steps.ts';
import { TAGS } from './workitem-tags.ts';

export interface CreatorDeps {
  readonly archive: Pick<Archive, 'findSeries' | 'seriesMetadata'>;
  readonly worklist: Pick<Worklist, 'create'>;
  now(): Date;
}

/** Copied of an image; type 2 of a step (PS3.4 table CC.2.5-3), so empty where the image has none. */
const OF_PATIENT = { '00100010': 'PN', '00100020': 'LO', '00100030': 'DA', '00100040': 'CS' } as const;
/** Type 2, and nothing is known of them here. */
const EMPTY = {
  '00081080': 'LO',
  '00081084': 'SQ',
  '00101002': 'SQ',
  '00380010': 'LO',
  '00380014': 'SQ',
  '00400400': 'LT',
  '00404026': 'SQ',
  '00404027': 'SQ',
  '00741210': 'SQ',
} as const;

/**
 * Creates a step for a study, of the code, label and station that performers look for. Its UID is of the study as it is:
 * the same state of a study has one step, however often it is asked for, and a study that changed another.
 * @param archiveUrl root of WADO-RS, by which the step says where its input lies
 * @returns the step's UID, and whether it is new
 */
export async function createStep(
  { archive, worklist, now }: CreatorDeps,
  { which, archiveUrl }: { readonly which: WhichSteps; readonly archiveUrl: string },
  study: StudyInstanceUid,
  signal: AbortSignal,
): Promise<{ readonly workitem: SopInstanceUid; readonly created: boolean }> {
  const series = (await archive.findSeries(study, signal)).filter(({ modality }) => modality === 'MR');
  const state = series
    .map(({ seriesInstanceUid, instanceCount }) => `${seriesInstanceUid} ${instanceCount}`)
    .sort();
  const workitem = deterministicUid<SopInstanceUid>('spinegrade workitem', study, ...state);
  const inputs: DicomJson[] = [];
  let image: DicomJson = {};
  for (const each of series) {
    const instances = await archive.seriesMetadata(study, each.seriesInstanceUid, signal);
    image = instances[0] ?? image;
    inputs.push(inputOf(study, each, instances, archiveUrl));
  }
  const became = await worklist.create(workitem, stepOf(study, which, image, inputs, now()), signal);
  return { workitem, created: became === 'done' };
}

function inputOf(
  study: StudyInstanceUid,
  { seriesInstanceUid }: SeriesSummary,
  instances: readonly DicomJson[],
  archiveUrl: string,
): DicomJson {
  const sops = instances.map((instance) => ({
    [TAGS.referencedSopClassUid]: element('UI', textValue(instance, '00080016')),
    [TAGS.referencedSopInstanceUid]: element('UI', textValue(instance, TAGS.sopInstanceUid)),
  }));
  const retrieveUrl = `${archiveUrl}/studies/${study}/series/${seriesInstanceUid}`;
  return {
    [TAGS.typeOfInstances]: element('CS', 'DICOM'),
    [TAGS.studyInstanceUid]: element('UI', study),
    [TAGS.seriesInstanceUid]: element('UI', seriesInstanceUid),
    [TAGS.referencedSop]: element('SQ', ...sops),
    [TAGS.wadoRsRetrieval]: element('SQ', { [TAGS.retrieveUrl]: element('UR', retrieveUrl) }),
  };
}

function stepOf(
  study: StudyInstanceUid,
  { code, label, station }: WhichSteps,
  image: DicomJson,
  inputs: readonly DicomJson[],
  now: Date,
): DicomJson {
  const coded = (of: WhichSteps['code']) =>
    element('SQ', ...(of === null ? [] : [codeItem({ ...of, meaning: of.value })]));
  const entries = <Key extends string>(of: Readonly<Record<Key, string>>) => Object.entries<string>(of);
  const start = now
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .slice(0, 14);
  const request = {
    [TAGS.studyInstanceUid]: element('UI', study),
    '00080050': image['00080050'] ?? { vr: 'SH' },
    '00080051': { vr: 'SQ' },
    '00400026': { vr: 'SQ' },
    '00400027': { vr: 'SQ' },
    '00401001': { vr: 'SH' },
    '00321060': { vr: 'LO' },
    '00321064': { vr: 'SQ' },
  };
  return {
    ...Object.fromEntries(entries(EMPTY).map(([tag, vr]) => [tag, { vr }])),
    ...Object.fromEntries(entries(OF_PATIENT).map(([tag, vr]) => [tag, image[tag] ?? { vr }])),
    '00080005': element('CS', 'ISO_IR 192'),
    [TAGS.studyInstanceUid]: element('UI', study),
    [TAGS.procedureStepState]: element('CS', 'SCHEDULED'),
    [TAGS.priority]: element('CS', 'MEDIUM'),
    [TAGS.procedureStepLabel]: element('LO', 'Grading of lumbar spine MRI'),
    [TAGS.worklistLabel]: label === null ? { vr: 'LO' } : element('LO', label),
    [TAGS.stationNameCode]: coded(station),
    [TAGS.startDateTime]: element('DT', `${start}+0000`),
    [TAGS.workitemCode]: coded(code),
    [TAGS.inputReadiness]: element('CS', 'READY'),
    [TAGS.inputInformation]: element('SQ', ...inputs),
    [TAGS.progressInformation]: { vr: 'SQ' },
    [TAGS.performedProcedure]: { vr: 'SQ' },
    '0040A370': element('SQ', request),
  };
}
