import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';
import type { Archive } from '../../src/dicomweb/archive.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import type { AnalysisRecord } from '../../src/jobs/analysis-record.ts';
import { createStep } from '../../src/worklist/create-step.ts';
import { processingParameters } from '../../src/worklist/processing-parameters.ts';
import { readStep } from '../../src/worklist/read-step.ts';
import {
  begunReport,
  canceledReport,
  completedReport,
  progressReport,
} from '../../src/worklist/step-report.ts';
import { TAGS } from '../../src/worklist/workitem-tags.ts';

/** Tags, each behind those of the sequences it lies in. */
export type TagPath = readonly string[];

const isTag = (name: string | symbol) => /^[\dA-F]{8}$/.test(String(name));
const sequence = (...Value: readonly DicomJson[]) => ({ vr: 'SQ', Value });
const ui = (uid: string) => ({ vr: 'UI', Value: [uid] });
const sh = (text: string) => ({ vr: 'SH', Value: [text] });

/** The attributes that the performer reads of a step, whichever form it has. */
export function readOfWorkitem(): readonly TagPath[] {
  const read = new Map<string, TagPath>();
  const watched = (dataSet: DicomJson, within: TagPath): DicomJson =>
    new Proxy(dataSet, {
      get(target, name) {
        if (!isTag(name)) return Reflect.get(target, name);
        const path = [...within, String(name)];
        read.set(path.join('>'), path);
        const element = target[String(name)];
        if (element?.vr !== 'SQ') return element;
        return { ...element, Value: (element.Value as DicomJson[]).map((item) => watched(item, path)) };
      },
    });
  // A code of each form, and a parameter of each kind.
  const codes = sequence({ [TAGS.longCodeValue]: { vr: 'UC', Value: ['a'] } });
  const parameter = (name: string): DicomJson => ({
    [TAGS.conceptName]: sequence({ [TAGS.codeValue]: sh(name), [TAGS.codingScheme]: sh('99SPINEGRADE') }),
  });
  const step: DicomJson = {
    [TAGS.sopInstanceUid]: ui('2.25.1'),
    [TAGS.workitemCode]: codes,
    [TAGS.stationNameCode]: codes,
    [TAGS.humanPerformers]: sequence({}),
    [TAGS.outputDestination]: sequence({ [TAGS.stowStorage]: sequence({}) }),
    [TAGS.processingParameters]: sequence(parameter('force'), parameter('axial-t2')),
    [TAGS.inputInformation]: sequence({
      [TAGS.wadoRsRetrieval]: sequence({}),
      [TAGS.wadoRetrieval]: sequence({}),
    }),
  };
  const seen = watched(step, []);
  readStep(seen);
  processingParameters(seen);
  begunReport({ ...PERFORMED, step: seen });
  return [...read.values()];
}

const PERFORMED = {
  step: {},
  station: { value: 'A', scheme: '99A', meaning: 'a' },
  startedAt: new Date(0),
};
const ANALYSIS = {
  studyInstanceUid: '2.25.1' as StudyInstanceUid,
  objects: [{ kind: 'SR', seriesInstanceUid: '2.25.2', sopInstanceUid: '2.25.3', warning: null }],
} as unknown as Pick<AnalysisRecord, 'studyInstanceUid' | 'objects'>;
const ROOT = 'http://archive.example/dicom-web';

/** What is written of a step on each occasion. */
export async function writtenOfWorkitem(): Promise<Readonly<Record<string, readonly TagPath[]>>> {
  const accented = { ...PERFORMED, station: { ...PERFORMED.station, meaning: 'é' } };
  return {
    created: pathsIn(await created()),
    begun: pathsIn(begunReport(accented)),
    progress: pathsIn(progressReport('fetch')),
    completed: pathsIn(completedReport(accented, ANALYSIS, ROOT, new Date(0))),
    canceled: pathsIn(
      canceledReport(accented, { codes: ['cancel-asked'], analysis: ANALYSIS }, ROOT, new Date(0)),
    ),
  };
}

async function created(): Promise<DicomJson> {
  const study = '2.25.1' as StudyInstanceUid;
  const series = { seriesInstanceUid: '2.25.2', modality: 'MR', seriesNumber: 1, instanceCount: 1 };
  const archive = {
    findSeries: async () => [series],
    seriesMetadata: async () => [{ '00080016': ui('1.2'), '00080018': ui('1.3') }],
  } as unknown as Pick<Archive, 'findSeries' | 'seriesMetadata'>;
  const sent: DicomJson[] = [];
  const worklist = {
    async create(_: SopInstanceUid, step: DicomJson) {
      sent.push(step);
      return 'done' as const;
    },
  };
  const code = { value: 'A', scheme: '99A' };
  const target = { which: { code, label: 'A', station: code }, archiveUrl: ROOT };
  await createStep(
    { archive, worklist, now: () => new Date(0) },
    target,
    study,
    new AbortController().signal,
  );
  return sent[0]!;
}

/** Every tag of a data set, at any depth. */
export function pathsIn(dataSet: DicomJson, within: TagPath = []): readonly TagPath[] {
  return Object.entries(dataSet).flatMap(([tag, { vr, Value = [] }]) => {
    const path = [...within, tag];
    const inside = vr === 'SQ' ? Value.flatMap((item) => pathsIn(item as DicomJson, path)) : [];
    const once = new Map(inside.map((each) => [each.join('>'), each]));
    return [path, ...once.values()];
  });
}
