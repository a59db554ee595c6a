import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graded } from '../src/cli/bench/bench-inference.ts';
import { type BenchStudy, benchStudy } from '../src/cli/bench/bench-study.ts';
import { type ReferenceRun, startReference } from '../src/cli/bench/reference/start-reference.ts';
import { childNamed, childrenNamed } from '../src/cli/validate/parsed-content.ts';
import { validated } from '../src/cli/validate/validated.fixture.ts';
import { STAGES } from '../src/domain/stage.ts';
import { TARGETS, targetKey } from '../src/domain/target.ts';
import { type SeriesInstanceUid, type SopInstanceUid, uid } from '../src/domain/uid.ts';
import { parseObject } from '../src/results/parsed-object.ts';
import { CODES } from '../src/sr/tree/coded-concepts.ts';
import { readGroups } from './support/read-report.ts';

/** One with the packages that src/cli/bench/reference/requirements.txt names. */
const PYTHON = process.env['REFERENCE_PYTHON'];
const LIMIT_MS = 300_000;
const stopping: (() => Promise<unknown>)[] = [];
let study: BenchStudy;
let run: ReferenceRun;

beforeAll(async () => {
  if (PYTHON === undefined) return;
  study = await benchStudy('models/default', 1, stopping);
  const { dicomWebUrl: url, packFolder: pack, threads } = study;
  const { levels } = await graded(study);
  const reference = await startReference(PYTHON, { url, pack, threads, levels });
  stopping.push(() => reference.stop());
  run = await reference.run(study.study);
}, LIMIT_MS);
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop();
});

test.skipIf(PYTHON === undefined)('the reference goes the whole way of a study and says what it took', () => {
  expect(Object.keys(run.stages)).toEqual(STAGES);
  const sum = Object.values(run.stages).reduce((a, b) => a + b);
  expect(Math.abs(run.ms - sum)).toBeLessThan(run.ms / 10);
  expect(run.processorMs).toBeGreaterThan(0);
});

test.skipIf(PYTHON === undefined)(
  'its objects are in the archive, without errors to any validator, and its report grades every target',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-reference-'));
    stopping.push(() => rm(folder, { recursive: true }));
    const files: string[] = [];
    const objects: Uint8Array[] = [];
    for (const [series, instance] of run.stored) {
      const bytes = await study.archive.retrieveInstance(
        study.study,
        uid<SeriesInstanceUid>(series, 'SeriesInstanceUID'),
        uid<SopInstanceUid>(instance, 'SOPInstanceUID'),
      );
      files.push(join(folder, `${instance}.dcm`));
      await writeFile(files.at(-1)!, bytes!);
      objects.push(bytes!);
    }
    expect(objects).toHaveLength(2);
    for (const { fault, verdicts } of await validated(files)) {
      expect(fault).toBeNull();
      expect(verdicts.length).toBeGreaterThan(0);
      for (const { validator, installed, errors } of verdicts) {
        expect({ validator, installed, errors }).toEqual({ validator, installed: true, errors: [] });
      }
    }
    const measurements = childNamed(parseObject(objects[0]!), CODES.imagingMeasurements)!;
    const { findings } = readGroups(childrenNamed(measurements, CODES.measurementGroup));
    expect(findings.map(targetKey).sort()).toEqual(TARGETS.map(targetKey).sort());
    for (const { grade, probabilities } of findings) {
      expect(probabilities[grade]).toBe(Math.max(...Object.values(probabilities)));
    }
  },
  LIMIT_MS,
);
