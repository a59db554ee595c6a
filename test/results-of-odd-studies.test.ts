import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../src/dataset/pack-template.ts';
import { NUMBERING_STATEMENT } from '../src/domain/level.ts';
import { inWords } from '../src/domain/remark.ts';
import { targetKey } from '../src/domain/target.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import { writeTinyPack } from '../src/inference/pack/tiny-pack.fixture.ts';
import { commentsOf, dcmtkJson, first } from './support/dcmtk-json.ts';
import { expectOfEachKind, expectWithoutErrors } from './support/expect-left-objects.ts';
import { reportOf } from './support/kept-report.ts';
import {
  asAnotherStudy,
  ofRole,
  phantomObjects,
  withoutAttributes,
  withPatientName,
} from './support/phantom-objects.ts';
import { readReport } from './support/read-report.ts';
import { resultsBench } from './support/results-bench.ts';

/** What a report says of studies, and by packs, that are not the usual ones. */
const bench = resultsBench();

test('six lumbar vertebrae and a slice that never arrived: said in the result and in the report', async () => {
  const options = { family: 'held-out', prevalence: 'clinical', variant: { lumbarVertebrae: 6 } } as const;
  const six = phantomObjects(500_100, options);
  const lost = ofRole(six, 'sagittal-t1')[5];
  await bench.send(six.filter((object) => object !== lost));
  const { results, graded: assessed } = await bench.graded(six[0]!.studyInstanceUid);
  const missing = 'The stack of sagittal T1 (series 3) is incomplete: 1 slice is missing';
  expect(assessed.warnings.map(inWords)).toContainEqual(expect.stringContaining(missing));
  // Whether the images give reason to doubt the numbering or not: the report never leaves it at that.
  const said = [NUMBERING_STATEMENT, ...assessed.warnings.map(inWords)];
  const comments = commentsOf(await dcmtkJson(reportOf(results).bytes!));
  expect(comments.slice(1, 1 + said.length)).toEqual(said);
});

test('images without patient ID, accession number, study date and frame of reference', async () => {
  const bare = withoutAttributes(asAnotherStudy(bench.phantom, 2), [
    '00080020',
    '00080050',
    '00100020',
    '00200052',
  ]);
  await bench.send(bare);
  const { results, graded: assessed } = await bench.graded(bare[0]!.studyInstanceUid);
  const missing = 'The images do not give, left empty here: PatientID, StudyDate, AccessionNumber.';
  expect(assessed.warnings.map(inWords)).toContain(missing);
  const { bytes } = reportOf(results);
  const json = await dcmtkJson(bytes!);
  expect(commentsOf(json)).toContain(missing);
  expect(commentsOf(json)).toContainEqual(expect.stringContaining('No 3D location is given'));
  for (const tag of ['00080020', '00080050', '00100020']) expect(json[tag]?.Value).toBeUndefined();
  const { findings } = readReport(bytes!);
  expect(findings).toHaveLength(25);
  expect(findings.every(({ place: at }) => at !== null && at.pointMm === null)).toBe(true);
});

test('a Japanese name in ISO 2022', async () => {
  // PS3.5 H.3.1.
  const name = 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B';
  const objects = withPatientName(asAnotherStudy(bench.phantom, 5), name, ['', 'ISO 2022 IR 87']);
  await bench.send(objects);
  const { results } = await bench.graded(objects[0]!.studyInstanceUid);
  const json = await dcmtkJson(reportOf(results).bytes!);
  expect(first(json, '00080005')).toBe('ISO_IR 192');
  expect(first(json, '00100010')).toEqual({
    Alphabetic: 'Yamada^Tarou',
    Ideographic: '山田^太郎',
    Phonetic: 'やまだ^たろう',
  });
});

test('findings that no image shows have their place in space', async () => {
  // Ten slices of 18, off centre: they leave out the left foramina.
  const narrow = ofRole(asAnotherStudy(bench.phantom, 6), 'sagittal-t2').slice(7, 17);
  await bench.send(narrow);
  const { results, graded: assessed } = await bench.graded(narrow[0]!.studyInstanceUid);
  const unseen = assessed.findings.filter(({ location }) => location === null);
  expect(unseen.length).toBeGreaterThan(0);
  const { bytes } = reportOf(results);
  const words = /^Only a 3D location is given, no image shows the place: .* neural foraminal narrowing/;
  expect(commentsOf(await dcmtkJson(bytes!))).toContainEqual(expect.stringMatching(words));
  const inSpace = readReport(bytes!).findings.filter(({ place: at }) => at?.sopInstanceUid === null);
  expect(inSpace.map(targetKey)).toEqual(unseen.map(targetKey));
});

test.each(['disc-labels', 'l4-l5-recess-three'])('a pack of the kind %s', async (name) => {
  const packs = mkdtempSync(join(tmpdir(), 'results-pack-'));
  const template = readFileSync(join('training/packs', `${name}.json`), 'utf8');
  await writeTinyPack(packs, parseTemplate(name, template).manifest);
  const tiny = await loadModelPack(packs, { preferred: ['cpu'], required: true }, 1);
  const objects = asAnotherStudy(bench.phantom, name === 'disc-labels' ? 3 : 4);
  await bench.send(objects);
  const { results, graded: assessed } = await bench.graded(objects[0]!.studyInstanceUid, tiny);
  const read = readReport(reportOf(results).bytes!);
  expect(read.findings.map(targetKey)).toEqual(assessed.findings.map(targetKey));
  expect(read.findings.length + read.observations.length).toBeLessThan(26);
  expect(read.observations).toMatchObject(
    assessed.observations.map(({ label, level, present }) => ({ label, level, present })),
  );
  for (const [index, { probability }] of assessed.observations.entries()) {
    expect(read.observations[index]!.probability).toBeCloseTo(probability, 12);
  }
  await tiny.close();
  rmSync(packs, { recursive: true });
});

describe('every object made above', () => {
  test('is of each kind', () => expectOfEachKind(bench.left, { SR: 6, SC: 6, KO: 1, SEG: 5 }));

  test('is without errors to every validator', () => expectWithoutErrors(bench.left), 1_800_000);
});
