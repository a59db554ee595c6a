import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readInstance } from '../../dicom/image/read-instance.ts';
import { TARGETS } from '../../domain/target.ts';
import { readCsv } from '../../evaluation/tables/csv/read-csv.ts';
import { readDiscCentres } from '../../evaluation/tables/disc-centres-table.ts';
import { readGrades } from '../../evaluation/tables/grades-table.ts';
import { readLabelledPoints } from '../../evaluation/tables/labelled-points-table.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { phantomCommand } from './phantom.ts';
import { writePhantoms } from './write-phantoms.ts';

const root = mkdtempSync(join(tmpdir(), 'phantom-command-'));
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Two studies of which only the slices' upper left 24 × 24 pixels are rendered: what is written, cheaply. */
const studies = [41, 42].map(
  (seed) => () =>
    phantomStudy(seed, {
      family: 'held-out',
      window: (_role, plane) => ({ ...plane, rows: 24, columns: 24 }),
    }),
);

async function written(name: string) {
  const out = join(root, name);
  await writePhantoms(studies, { out, studyDate: '20240131' });
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path.slice(out.length + 1), readFileSync(path)] as const;
    }),
  );
}

test('the same seeds give the same files, byte for byte, in the layout of the challenge', async () => {
  const [first, second] = [await written('first'), await written('second')];
  expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
  for (const [name, bytes] of first) expect(bytes.equals(second.get(name)!), name).toBe(true);
  const images = [...first.keys()].filter((name) => name.endsWith('.dcm'));
  expect(images).toHaveLength(
    studies.flatMap((make) => Object.values(make().volumes).flatMap((volume) => volume.slices)).length,
  );
  for (const name of images) {
    const { header } = readInstance(first.get(name)!);
    expect(name).toBe(
      join(header.studyInstanceUid, header.seriesInstanceUid, `${header.instanceNumber}.dcm`),
    );
  }
});

test('the tables say what the studies were made with', async () => {
  const files = await written('tables');
  const text = (name: string) => files.get(name)!.toString('utf8');
  const made = studies.map((make) => make());
  const grades = readGrades(text('train.csv'), 'train.csv');
  expect([...grades]).toEqual(made.map((study) => [study.studyInstanceUid, study.truth.grades]));
  expect(Object.keys(grades.get(made[0]!.studyInstanceUid)!)).toHaveLength(TARGETS.length);
  const series = readCsv(text('train_series_descriptions.csv'), 'series.csv', ['series_id']).rows;
  expect(series.map((row) => [row.cell('series_id'), row.cell('series_description')])).toEqual(
    made.flatMap((study) => [
      [study.volumes['sagittal-t1']!.slices[0]!.image.seriesInstanceUid, 'Sagittal T1'],
      [study.volumes['sagittal-t2']!.slices[0]!.image.seriesInstanceUid, 'Sagittal T2/STIR'],
      [study.volumes['axial-t2']!.slices[0]!.image.seriesInstanceUid, 'Axial T2'],
    ]),
  );
  expect(readDiscCentres(text('disc_coordinates.csv'), 'discs.csv').map((disc) => disc.discMm)).toEqual(
    made.flatMap((study) => study.truth.levels.map((level) => level.discMm)),
  );
  const points = readLabelledPoints(text('train_label_coordinates.csv'), 'points.csv');
  for (const { studyId, seriesId, instanceNumber } of points) {
    expect(files.has(join(studyId, seriesId, `${instanceNumber}.dcm`))).toBe(true);
  }
});

test('writes tables without images, and prints how often each grade occurs', async () => {
  const out = join(root, 'tables-only');
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(printed.push(String(text))));
  expect(await phantomCommand(['--out', out, '--studies', '3', '--seed', '7', '--tables-only'])).toBe(0);
  const grades = readGrades(readFileSync(join(out, 'train.csv'), 'utf8'), 'train.csv');
  expect([...grades.values()]).toEqual([7, 8, 9].map((seed) => phantomStudy(seed).truth.grades));
  expect(readdirSync(out).filter((name) => !name.endsWith('.csv'))).toEqual([]);
  expect(printed.join('')).toContain('studies with a severe canal');
});

test('says nothing of grades and places of another part of the body', async () => {
  const out = join(root, 'head');
  expect(await phantomCommand(['--out', out, '--body-part', 'head', '--tables-only'])).toBe(0);
  const lines = (name: string) => readFileSync(join(out, name), 'utf8').trim().split('\n');
  expect(lines('train.csv')).toHaveLength(1);
  expect(lines('train_label_coordinates.csv')).toHaveLength(1);
  expect(lines('train_series_descriptions.csv')).toHaveLength(4);
});

test('makes patients of six lumbar vertebrae, who are others than those of five', async () => {
  const uidsOf = async (name: string, ...more: string[]) => {
    const out = join(root, name);
    expect(await phantomCommand(['--out', out, '--seed', '7', '--tables-only', ...more])).toBe(0);
    return readDiscCentres(readFileSync(join(out, 'disc_coordinates.csv'), 'utf8'), name);
  };
  const [five, six] = [await uidsOf('five'), await uidsOf('six', '--lumbar-vertebrae', '6')];
  expect(six.map(({ level }) => level)).toEqual(five.map(({ level }) => level));
  expect(six[0]!.studyId).not.toBe(five[0]!.studyId);
  expect(six[0]!.discMm).not.toEqual(five[0]!.discMm);
  expect((await uidsOf('lumbarised', '--transition', 'lumbarised-s1'))[0]!.studyId).not.toBe(
    five[0]!.studyId,
  );
});

test('a folder that cannot be written is named', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  const told: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(told.push(String(text))));
  expect(await phantomCommand(['--out', file, '--tables-only'])).toBe(1);
  expect(told.join('')).toMatch(/^phantom: /);
  expect(told.join('')).toContain(file);
});

test.each([
  [[], '--out is missing'],
  [['--out', root, '--studies', '0'], '--studies must be a whole number of at least 1'],
  [['--out', root, '--seed', 'x'], '--seed must be a whole number'],
  [['--out', root, '--family', 'other'], '--family must be one of demo, train, validation, held-out'],
  [['--out', root, '--prevalence', 'rare'], '--prevalence must be one of clinical, balanced'],
  [['--out', root, '--body-part', 'knee'], '--body-part must be one of lumbar-spine, cervical-spine, head'],
  [['--out', root, '--lumbar-vertebrae', '7'], '--lumbar-vertebrae must be one of 4, 5, 6'],
  [['--out', root, '--transition', 'l6'], '--transition must be one of lumbarised-s1, sacralised-l5'],
  [['--out', root, '--study-date', '1.1.2024'], '--study-date must be of the form YYYYMMDD'],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('misuse %j is told of', async (args, problem) => {
  const told: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(told.push(String(text))));
  expect(await phantomCommand(args)).toBe(2);
  expect(told.join('')).toContain(problem);
  expect(told.join('')).toContain('usage:');
});
