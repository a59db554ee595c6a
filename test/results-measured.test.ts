import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { GradedStudy } from '../src/domain/assessment.ts';
import { LEVELS, type Level } from '../src/domain/level.ts';
import { isMeasured } from '../src/domain/measurement.ts';
import { DEFAULT_STUDY_LIMITS } from '../src/domain/study-limits.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import { writeExactPack } from '../src/inference/segment/exact-pack.fixture.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { decodeFrame } from '../src/pixels/decode-frame.ts';
import { measuredPicture } from '../src/results/archived-picture.ts';
import { expectWithoutErrors } from './support/expect-left-objects.ts';
import { reportOf } from './support/kept-report.ts';
import { asAnotherStudy, ofRole } from './support/phantom-objects.ts';
import { readReport } from './support/read-report.ts';
import { resultsBench } from './support/results-bench.ts';

/** What a pack that measures writes into an archive. */
const bench = resultsBench();

test('lengths and areas are read back from the archive’s report as they were measured, or why not', async () => {
  const study = phantomStudy(21, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
  const folder = mkdtempSync(join(tmpdir(), 'results-measured-'));
  const levels = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));
  await writeExactPack(folder, study, levels);
  const pack = await loadModelPack(folder, { preferred: ['cpu'], required: true }, 1);
  const whole = asAnotherStudy(bench.phantom, 2);
  // The axial block leaves out the upper discs.
  const other = asAnotherStudy(bench.phantom, 3);
  const axial = ofRole(other, 'axial-t2');
  const lost = axial.slice(axial.length / 3);
  const few = other.filter((object) => !lost.includes(object));
  for (const objects of [whole, few]) {
    await bench.send(objects);
    const { results, graded } = await bench.graded(objects[0]!.studyInstanceUid, pack);
    const { measurements = [] } = graded;
    expect(measurements).toHaveLength(25);
    const { measured, unmeasured } = readReport(reportOf(results).bytes!);
    const meant = measurements.filter(isMeasured);
    expect(meant.length).toBeGreaterThan(4);
    expect(measured).toMatchObject(
      meant.map(({ level, measure, image }) => ({ level, measure, sopInstanceUid: image.sopInstanceUid })),
    );
    for (const [index, { value }] of measured.entries()) expect(value).toBeCloseTo(meant[index]!.value, 9);
    expect(unmeasured).toEqual(measurements.filter((each) => !isMeasured(each)));
    const missed = unmeasured.filter(({ absent }) => absent === 'axial-misses-disc').length;
    await expectPictures(objects[0]!.studyInstanceUid, graded, objects === few);
    if (objects === few) expect(missed).toBeGreaterThan(0);
    else expect(missed).toBe(0);
  }
  await pack.close();
  rmSync(folder, { recursive: true });
});

/** Each slice that was measured on can be seen, with and without what was outlined on it; of others there is nothing. */
async function expectPictures(study: StudyInstanceUid, graded: GradedStudy, missesDiscs: boolean) {
  const parts = { archive: bench.site.archive, decode: decodeFrame, limits: DEFAULT_STUDY_LIMITS };
  const picture = (level: Level, plane: 'sagittal' | 'axial', outlines: boolean, of = study) =>
    measuredPicture(parts, of, { level, plane, outlines }, graded);
  for (const plane of ['sagittal', 'axial'] as const) {
    const level = LEVELS.find((each) =>
      graded.measurements!.some(
        (one) => isMeasured(one) && one.level === each && (one.role === 'axial-t2') === (plane === 'axial'),
      ),
    )!;
    const [bare, outlined] = [await picture(level, plane, false), await picture(level, plane, true)];
    expect(await sharp(bare!).metadata()).toMatchObject({ format: 'png', width: 512, height: 588 });
    expect(Buffer.compare(bare!, outlined!)).not.toBe(0);
    expect(await picture(level, plane, true, '2.25.99' as StudyInstanceUid)).toBe(null);
  }
  expect((await picture('L1/L2', 'axial', true)) === null).toBe(missesDiscs);
  // A few points for each line: what is kept with the analysis stays small.
  expect(JSON.stringify(graded.contours).length).toBeLessThan(100_000);
}

test('every validator reads them without an error', () => expectWithoutErrors(bench.left));
