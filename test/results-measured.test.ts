import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isMeasured } from '../src/domain/measurement.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import { writeExactPack } from '../src/inference/segment/exact-pack.fixture.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
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
    if (objects === few) expect(missed).toBeGreaterThan(0);
    else expect(missed).toBe(0);
  }
  await pack.close();
  rmSync(folder, { recursive: true });
});

test('every validator reads them without an error', () => expectWithoutErrors(bench.left));
