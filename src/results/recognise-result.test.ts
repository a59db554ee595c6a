import { beforeAll, describe, expect, test } from 'vitest';
import { type DataSetToEncode, encodePart10 } from '../dicom/part10/encode-part10.ts';
import { parsePart10 } from '../dicom/part10/parse-part10.ts';
import { RESULT_KINDS, type ResultKind } from '../domain/result-object.ts';
import { type SeriesInstanceUid, type SopInstanceUid, uid } from '../domain/uid.ts';
import { plannedImages, plannedVolumes, reportToCompose, STUDY_CONTEXT } from '../sr/report.fixture.ts';
import { outlinedStudy, plannedOutlines } from '../sr/segmentation/outlined-study.fixture.ts';
import { composeResults, type ResultContext } from './compose-results.ts';
import { areOfOneComposition, saysTheSame } from './recognise-result.ts';

const report = reportToCompose();
const images = plannedImages(report.images[0]!.reference.frameOfReferenceUid);
const volumes = plannedVolumes(images);
const graded = outlinedStudy(images);
const outlines = plannedOutlines(images);
const context: ResultContext = {
  analysisKey: 'key',
  studyInstanceUid: report.studyInstanceUid,
  studyContext: STUDY_CONTEXT,
  createdAt: report.createdAt,
  predecessor: Promise.resolve(null),
};

const REPLACED = {
  seriesInstanceUid: uid<SeriesInstanceUid>('2.25.1', 'SeriesInstanceUID'),
  sopInstanceUid: uid<SopInstanceUid>('2.25.2', 'SOPInstanceUID'),
};

async function compose(changes: {
  readonly context?: Partial<ResultContext>;
  readonly graded?: Partial<typeof graded>;
  readonly observer?: Partial<typeof report.observer>;
  readonly number?: number;
  readonly kinds?: readonly ResultKind[];
}): Promise<Readonly<Record<ResultKind, Uint8Array>>> {
  const series = { number: changes.number ?? 990, description: 'test' };
  const objects = await composeResults(
    {
      kinds: changes.kinds ?? RESULT_KINDS,
      series: { SR: series, SC: series, KO: series, SEG: series },
      observer: { ...report.observer, ...changes.observer },
    },
    { ...context, ...changes.context },
    { graded: { ...graded, ...changes.graded }, volumes, outlines },
  );
  // Of several segmentations the last.
  return Object.fromEntries(objects.map(({ kind, bytes }) => [kind, bytes])) as Record<
    ResultKind,
    Uint8Array
  >;
}

let ours: Readonly<Record<ResultKind, Uint8Array>>;
beforeAll(async () => {
  ours = await compose({});
});
const same = (kind: ResultKind, held: Uint8Array) => saysTheSame(ours[kind], held, graded.algorithm);

/** The object with further top-level elements, behind all others that come before them by tag. */
function withElements(bytes: Uint8Array, more: DataSetToEncode): Uint8Array {
  const start = parsePart10(bytes).elements['x7fe00010']!.dataOffset - 12;
  const dataSet = encodePart10({
    '00080016': { vr: 'UI', Value: ['1.2'] },
    '00080018': { vr: 'UI', Value: ['1.2'] },
    ...more,
  });
  const from = Object.values(parsePart10(dataSet).elements).find(({ tag }) => tag > 'x00080018')!;
  const long = from.vr === 'OW' || from.vr === 'OB' ? 12 : 8;
  return new Uint8Array(
    Buffer.concat([
      bytes.subarray(0, start),
      dataSet.subarray(from.dataOffset - long),
      bytes.subarray(start),
    ]),
  );
}

describe('an object of an earlier run', () => {
  test.each(RESULT_KINDS)(
    'is known by what it says, whatever its day, version and settings: %s',
    async (kind) => {
      const earlier = await compose({
        context: {
          createdAt: new Date('2020-01-02T03:04:05Z'),
          predecessor: Promise.resolve(REPLACED),
        },
        observer: { softwareVersion: '0.0.9' },
        number: 17,
      });
      expect(Buffer.compare(earlier[kind], ours[kind])).not.toBe(0);
      expect(await same(kind, earlier[kind])).toBe(true);
      expect(areOfOneComposition(ours[kind], earlier[kind])).toBe(false);
      expect(areOfOneComposition(ours[kind], ours[kind])).toBe(true);
    },
  );

  test('is known when another processor makes other last digits', async () => {
    const findings = graded.findings.map((finding) => {
      const { 'Normal/Mild': normal, Moderate: moderate, Severe: severe } = finding.probabilities;
      const probabilities = { 'Normal/Mild': normal + 1e-7, Moderate: moderate - 1e-7, Severe: severe };
      return { ...finding, probabilities };
    });
    const { SR } = await compose({ graded: { findings }, kinds: ['SR'] });
    expect(Buffer.compare(SR, ours.SR)).not.toBe(0);
    expect(await same('SR', SR)).toBe(true);
  });
});

describe('segmentations', () => {
  test('a report is known whether or not it names those of its analysis', async () => {
    const { SR } = await compose({ kinds: ['SR'] });
    expect(Buffer.compare(SR, ours.SR)).not.toBe(0);
    expect(await same('SR', SR)).toBe(true);
  });

  test('one is known with another pixel at a margin, not with many, nor with other segments', async () => {
    const { dataOffset, length } = parsePart10(ours.SEG).elements['x7fe00010']!;
    const flipped = (count: number) => {
      const changed = Uint8Array.from(ours.SEG);
      for (let at = 0; at < count; at++) changed[dataOffset + Math.floor((at * length) / count)]! ^= 1;
      return changed;
    };
    expect(await same('SEG', flipped(3))).toBe(true);
    expect(await same('SEG', flipped(2000))).toBe(false);
    const at = Buffer.from(ours.SEG).indexOf('Dural sac');
    const words = Uint8Array.from(ours.SEG);
    words.set(Buffer.from('Rural'), at);
    expect(await same('SEG', words)).toBe(false);
  });
});

describe('anything else is not', () => {
  const tag = (bytes: Uint8Array, name: string) => parsePart10(bytes).elements[name]!;
  const withBytes = (bytes: Uint8Array, at: number, by: readonly number[]) => {
    const changed = Uint8Array.from(bytes);
    changed.set(by, at);
    return changed;
  };

  test.each(RESULT_KINDS)('of another patient: %s', async (kind) => {
    for (const changes of [
      { '00100020': { vr: 'LO', Value: ['PAT-2'] } },
      { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Another^Person' }] } },
      { '00100030': { vr: 'DA', Value: ['19700103'] } },
      { '00100020': { vr: 'LO' } },
    ]) {
      const other = await compose({
        context: { studyContext: { ...STUDY_CONTEXT, ...changes } },
        kinds: [kind],
      });
      expect(await same(kind, other[kind])).toBe(false);
    }
  });

  test.each(['SR', 'SC'] as const)(
    'of another pack, of other grades or with other words: %s',
    async (kind) => {
      const [first, ...others] = graded.findings;
      const worse = { 'Normal/Mild': 0.01, Moderate: 0.01, Severe: 0.98 };
      for (const changes of [
        { algorithm: { ...graded.algorithm, packSha256: 'cd'.repeat(32) } },
        { algorithm: { ...graded.algorithm, version: '9' } },
        { findings: [{ ...first!, grade: 'Severe' as const, probabilities: worse }, ...others] },
        { findings: others },
        { warnings: ['All is well.'] },
      ]) {
        expect(await same(kind, (await compose({ graded: changes, kinds: [kind] }))[kind])).toBe(false);
      }
    },
  );

  test('a picture with one other sample, an overlay, a colour table or other sources', async () => {
    const { dataOffset } = tag(ours.SC, 'x7fe00010');
    expect(await same('SC', withBytes(ours.SC, dataOffset + 3_000_000, [255]))).toBe(false);
    const overlay = { '60003000': { vr: 'OW', Value: [new Uint8Array(8).buffer] } };
    expect(await same('SC', withElements(ours.SC, overlay))).toBe(false);
    const words = { '00700006': { vr: 'ST', Value: ['normal'] } };
    expect(await same('SC', withElements(ours.SC, words))).toBe(false);
    const uid = Buffer.from(ours.SC).indexOf('2.25.', tag(ours.SC, 'x00082112').dataOffset);
    expect(await same('SC', withBytes(ours.SC, uid + 6, [0x39, 0x39, 0x39]))).toBe(false);
  });

  test('a picture that brings words of its own as its version', async () => {
    const { SC } = await compose({ observer: { softwareVersion: '0.1.0 all normal' }, kinds: ['SC'] });
    expect(await same('SC', SC)).toBe(false);
  });

  test('one of another kind, a part of one, and no object at all', async () => {
    for (const kind of RESULT_KINDS) {
      expect(await same(kind, ours[kind === 'SR' ? 'KO' : 'SR'])).toBe(false);
      for (const part of [0.3, 0.9, 0.9999]) {
        expect(await same(kind, ours[kind].slice(0, ours[kind].length * part))).toBe(false);
      }
      expect(await same(kind, new Uint8Array())).toBe(false);
    }
  });
});
