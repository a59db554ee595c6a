import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePart10 } from '../src/dicom/part10/parse-part10.ts';
import { LABEL } from '../src/domain/structure.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import { writeExactPack } from '../src/inference/segment/exact-pack.fixture.ts';
import { segment } from '../src/inference/segment/segment.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { resultUids } from '../src/results/result-uids.ts';
import { type SegmentedSeries, segmentedSeries } from '../src/sr/segmentation/segmented-series.ts';
import { SEGMENT_VALUE } from '../src/sr/segmentation/segments.ts';
import { deleteInstance } from './support/archive-client.ts';
import { expectOfEachKind, expectWithoutErrors } from './support/expect-left-objects.ts';
import { startTestLedger } from './support/ledger-databases.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { readObjects } from './support/read-objects.ts';
import { resultsBench } from './support/results-bench.ts';

const bench = resultsBench();
const phantom = phantomStudy(21, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
let folder: string;
let pack: ModelPack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outlining-'));
  const levels = phantom.truth.levels.map((level) => ({ ...level, confidence: 1 }));
  await writeExactPack(folder, phantom, levels);
  pack = await loadModelPack(folder, { preferred: ['cpu'], required: true }, 1);
});
afterAll(async () => {
  await pack?.close();
  await rm(folder, { recursive: true });
});

type Analysed = Awaited<ReturnType<typeof bench.graded>>;

/** What the objects are to hold: outlined once more from the images that were sent. Left for other readers. */
async function meant(objects: readonly PhantomInstance[], { graded, results }: Analysed) {
  const { volumes } = await readObjects(objects.map(({ bytes }) => bytes));
  const outlines = await segment(pack, volumes, graded.levels);
  const series = await segmentedSeries(['sagittal', 'axial'], graded.levels, outlines!, volumes);
  for (const each of series) {
    const { sopInstanceUid } = resultUids('SEG', results.analysisKey, 0, each.of);
    bench.left.leaveSegments(sopInstanceUid, each);
  }
  return series as [SegmentedSeries, SegmentedSeries];
}

const segmentations = ({ results }: Analysed) => results.objects.filter(({ kind }) => kind === 'SEG');
const stored = async (study: StudyInstanceUid, modality: string) =>
  (await bench.inStudy(study)).filter((each) => each.modality === modality);

describe('a study whose anatomy is outlined', () => {
  let objects: readonly PhantomInstance[];
  let study: StudyInstanceUid;
  let first: Analysed;

  test('gets a segmentation of each series, which its report names', async () => {
    objects = bench.phantom;
    study = objects[0]!.studyInstanceUid;
    await bench.send(objects);
    first = await bench.graded(study, pack);
    expect(first.results.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC', 'KO', 'SEG', 'SEG']);
    const series = await meant(objects, first);
    const inArchive = await stored(study, 'SEG');
    expect(new Set(inArchive.map(({ seriesInstanceUid }) => seriesInstanceUid)).size).toBe(2);
    const report = Buffer.from(first.results.objects[0]!.bytes!);
    for (const [i, { bytes, sopInstanceUid }] of segmentations(first).entries()) {
      expect(inArchive.map((each) => each.sopInstanceUid)).toContain(sopInstanceUid);
      expect(report.includes(sopInstanceUid)).toBe(true);
      const { dataOffset, length } = parsePart10(bytes!).elements['x7fe00010']!;
      const set = bytes!.subarray(dataOffset, dataOffset + length).reduce((sum, byte) => sum + ones(byte), 0);
      const outlined = series[i]!.slices.reduce(
        (sum, slice) => sum + slice.segments.filter(Boolean).length,
        0,
      );
      expect(set).toBe(outlined);
    }
  });

  test('the masks are those of what the images show', async () => {
    const [sagittal, axial] = await meant(objects, first);
    for (const [{ slices }, role] of [
      [sagittal, 'sagittal-t2'],
      [axial, 'axial-t2'],
    ] as const) {
      const shown = slices.flatMap(({ image, segments }) => {
        const slice = phantom.volumes[role]!.slices.find(
          (each) => each.image.sopInstanceUid === image.sopInstanceUid,
        );
        return slice ? [dice(segments, slice.structures())] : [];
      });
      // The segmenter sees the slice at L3/L4 on all.
      expect(Math.max(...shown)).toBeGreaterThan(0.85);
    }
  });

  test('gets no other on another day, nor with the ledger lost', async () => {
    const before = await bench.inStudy(study);
    const again = await bench.graded(study, pack);
    expect(again.results.objects).toEqual(first.results.objects);
    const empty = await startTestLedger('embedded');
    try {
      const found = await bench.analyse(study, pack, {}, { in: empty, now: new Date('2031-01-01') });
      expect(found).toMatchObject({ kind: 'stored' });
      if (found.kind !== 'stored') return;
      expect(found.results.objects.map(({ warning }) => warning)).toEqual([null, null, null, null, null]);
    } finally {
      await empty.close();
    }
    expect(await bench.inStudy(study)).toEqual(before);
  });

  test('one that the archive has lost is stored again, the other stays', async () => {
    const [sagittal, axial] = segmentations(first);
    await deleteInstance(bench.site.orthanc.baseUrl, axial!.sopInstanceUid);
    expect(await stored(study, 'SEG')).toHaveLength(1);
    await bench.graded(study, pack);
    const uids = (await stored(study, 'SEG')).map(({ sopInstanceUid }) => sopInstanceUid);
    expect(uids.toSorted()).toEqual([sagittal!.sopInstanceUid, axial!.sopInstanceUid].toSorted());
  });
});

test('a study that was analysed before gets them beside what it has, once', async () => {
  const objects = asAnotherStudy(bench.phantom, 1);
  const study = objects[0]!.studyInstanceUid;
  await bench.send(objects);
  await bench.analyse(study, pack, { kinds: ['SR'] });
  const [report] = await bench.inStudy(study);
  const more = await bench.graded(study, pack);
  expect(more.results.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC', 'KO', 'SEG', 'SEG']);
  await meant(objects, more);
  const before = await bench.inStudy(study);
  expect(before).toContainEqual(report);
  expect(await stored(study, 'SEG')).toHaveLength(2);
  await bench.graded(study, pack);
  expect(await bench.inStudy(study)).toEqual(before);
});

test('a pack that outlines nothing gives none, and its results lack nothing', async () => {
  const objects = asAnotherStudy(bench.phantom, 2);
  const study = objects[0]!.studyInstanceUid;
  await bench.send(objects);
  const { segmenter: _, ...manifest } = pack.manifest;
  const without: ModelPack = { ...pack, manifest, segmenters: [], sha256: 'ab'.repeat(32) };
  const first = await bench.graded(study, without);
  expect(first.results.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC', 'KO']);
  expect((await bench.graded(study, without)).results).toEqual(first.results);
  expect(await stored(study, 'SEG')).toEqual([]);
});

describe('every object made above', () => {
  test('is of each kind', () => expectOfEachKind(bench.left, { SR: 3, SC: 3, KO: 3, SEG: 4 }));

  test('is without errors to every validator', () => expectWithoutErrors(bench.left), 1_800_000);
});

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}

/** Of all structures together: what both call the same, of what both call something. */
function dice(segments: Uint8Array, labels: Uint8Array): number {
  const canal: readonly number[] = [SEGMENT_VALUE.sac, SEGMENT_VALUE.epidural];
  let [both, one, other] = [0, 0, 0];
  segments.forEach((value, at) => {
    const label = labels[at]!;
    const isCanal = label === LABEL.sac || label === LABEL.epidural;
    if (value !== 0) one += 1;
    if (label >= LABEL.disc && label <= LABEL.epidural) other += 1;
    if (value !== 0 && label >= LABEL.disc && label <= LABEL.epidural && canal.includes(value) === isCanal)
      both += 1;
  });
  return (2 * both) / (one + other);
}
