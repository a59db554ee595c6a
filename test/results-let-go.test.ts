import { expect, test } from 'vitest';
import { letGo } from '../src/retention/keep-retention.ts';
import { deleteInstance } from './support/archive-client.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { resultsBench } from './support/results-bench.ts';

/** Results whose bytes were let go: the archive has them, or they are made anew. */
const bench = resultsBench();

async function letGoOf(days: number) {
  await bench.database.query(
    `UPDATE spinegrade.kept_object SET stored_at = stored_at - make_interval(days => $1::int)`,
    [days],
  );
  return (await letGo(bench.database, { resultBytesDays: 7, recordsDays: 400 }))['result-bytes'];
}

const places = (objects: readonly { kind: string; seriesInstanceUid: string; sopInstanceUid: string }[]) =>
  objects
    .map(({ kind, seriesInstanceUid, sopInstanceUid }) => [kind, seriesInstanceUid, sopInstanceUid])
    .toSorted();

test('a graded study: nothing is stored twice, and what the archive lost is made anew without the networks', async () => {
  const study = bench.phantom[0]!.studyInstanceUid;
  await bench.send(bench.phantom);
  const first = await bench.graded(study);
  expect(await letGoOf(6)).toBe(0);
  expect(await letGoOf(2)).toBe(5);

  const again = await bench.graded(study);
  expect(places(again.results.objects)).toEqual(places(first.results.objects));
  expect(again.results.objects.map(({ bytes, stored }) => [bytes, stored])).toEqual(
    Array.from({ length: 5 }, () => [null, true]),
  );
  expect(await bench.inStudy(study)).toHaveLength(5);

  const report = first.results.objects.find(({ kind }) => kind === 'SR')!;
  await deleteInstance(bench.site.orthanc.baseUrl, report.sopInstanceUid);
  expect(await bench.inStudy(study)).toHaveLength(4);
  await expect(bench.graded(study)).rejects.toMatchObject({
    retryable: true,
    message: expect.stringContaining('has lost the'),
  });
  const mended = await bench.graded(study);
  expect(places(mended.results.objects)).toEqual(places(first.results.objects));
  expect(mended.graded).toEqual(first.graded);
  expect(await bench.inStudy(study)).toHaveLength(5);
});

test('the notice of a study that is not analysed: the same', async () => {
  const images = asAnotherStudy(bench.phantom, 1).filter(({ role }) => role === 'sagittal-t1');
  const study = images[0]!.studyInstanceUid;
  await bench.send(images);
  const first = await bench.analyse(study);
  expect(await letGoOf(8)).toBeGreaterThan(0);
  const again = await bench.analyse(study);
  if (first.kind !== 'ineligible' || again.kind !== 'ineligible') throw new Error('graded');
  expect(places(again.notice!.objects)).toEqual(places(first.notice!.objects));
  await deleteInstance(bench.site.orthanc.baseUrl, first.notice!.objects[0]!.sopInstanceUid);
  await expect(bench.analyse(study)).rejects.toMatchObject({ retryable: true });
  await bench.analyse(study);
  expect(await bench.inStudy(study)).toHaveLength(1);
});
