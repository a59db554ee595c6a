import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GRADES } from '../src/domain/grade.ts';
import { LEVELS } from '../src/domain/level.ts';
import { TARGETS, targetKey } from '../src/domain/target.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { readReport } from './support/read-report.ts';

const run = promisify(execFile);
const CLI = 'src/cli/main.ts';
const SEED = 11;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const demo = (...args: string[]) => run(process.execPath, [CLI, 'demo', ...args], { timeout: 240_000 });

describe('npm run demo', () => {
  it('takes a synthetic study all the way to a report in the archive, and stops what it started', async () => {
    const json = join(folder, 'demo.json');
    const { stdout } = await demo('--seed', String(SEED), '--json', json, '--out', folder);
    const result = JSON.parse(await readFile(json, 'utf8'));

    expect(result.findings.map(targetKey)).toEqual(TARGETS.map(targetKey));
    for (const { grade, probabilities, truth } of result.findings) {
      expect(GRADES).toContain(truth);
      const values = GRADES.map((one) => probabilities[one]);
      expect(values.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(grade).toBe(GRADES[values.indexOf(Math.max(...values))]);
    }
    expect(Object.keys(result.stagesMs)).toEqual([
      'select',
      'fetch',
      'localise',
      'crop',
      'classify',
      'report',
      'store',
    ]);

    const { truth } = phantomStudy(SEED, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
    expect(result.levels.map((level: { level: string }) => level.level)).toEqual([...LEVELS]);
    result.levels.forEach((found: { discMm: number[]; canalMm: number[] }, i: number) => {
      const known = truth.levels[i]!;
      expect(distance(found.discMm, known.discMm), `disc ${known.level}, mm`).toBeLessThan(8);
      expect(distance(found.canalMm, known.canalMm), `canal ${known.level}, mm`).toBeLessThan(8);
    });

    const report = readReport(await readFile(result.srPath));
    expect(report.sopInstanceUid).toBe(result.srSopInstanceUid);
    expect(report.studyInstanceUid).toBe(result.studyInstanceUid);
    expect(report.findings).toHaveLength(25);

    expect(stdout).toMatch(/Research use only, not a medical device/);
    expect(stdout).toContain(result.srSopInstanceUid);
    const [port] = /127\.0\.0\.1:(\d+)\/dicom-web/.exec(stdout)!.slice(1);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  }, 300_000);

  it('says what is wrong with its arguments', async () => {
    await expect(demo('--sed', '3')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('usage:'),
    });
    const empty = await mkdtemp(join(folder, 'empty-'));
    await expect(demo('--study', empty)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no DICOM file in it'),
    });
  }, 60_000);
});

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}
