import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { element, imageBytes, rsnaImageBytes, T2_TIMES } from '../../dicom/image/image.fixture.ts';
import { decodeFrame } from '../../pixels/decode-frame.ts';
import { writeGrades } from '../tables/grades-table.ts';
import { findStudyFolders } from './find-study-folders.ts';
import { folderReading } from './folder-reading.ts';
import { folderSources } from './folder-sources.ts';
import { readStudyFolder } from './read-study-folder.ts';

const READING = folderReading(decodeFrame);
const ROLES = { requires: ['sagittal-t2'], uses: ['sagittal-t1', 'sagittal-t2', 'axial-t2'] } as const;
const INSTANCES = [1, 2, 3, 4, 5, 6, 8, 10];
const SIZE = 160;

const root = mkdtempSync(join(tmpdir(), 'study-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A challenge study as it ships: two sagittal series, told apart by their descriptions alone. */
const challenge = join(root, 'challenge');
for (const [series, description] of [
  ['801', 'T2'],
  ['866', 'T1'],
] as const) {
  const folder = join(challenge, 'train_images', '1002', series);
  mkdirSync(folder, { recursive: true });
  for (const instance of INSTANCES) {
    const image = {
      ...{ study: '1002', series, instance, description, size: SIZE },
      ...{ positionMm: [4 * instance, -90, 100], orientation: [0, 1, 0, 0, 0, -1] },
    };
    writeFileSync(join(folder, `${instance}.dcm`), rsnaImageBytes(image));
  }
}

test('the challenge’s own files are read as they would be after import', async () => {
  const [study, ...others] = await findStudyFolders(challenge);
  expect(others).toEqual([]);
  expect(study!.studyId).toBe('1002');
  const read = await readStudyFolder(study!, ROLES, new Map(), READING);
  if (read.kind !== 'read') throw new Error(read.reasons.join());
  expect(Object.keys(read.volumes).sort()).toEqual(['sagittal-t1', 'sagittal-t2']);
  const volume = read.volumes['sagittal-t2']!;
  // The normal of these slices points to the patient's right.
  expect(volume.slices.map((slice) => slice.plane.originMm[0])).toEqual(
    INSTANCES.map((i) => 4 * i).reverse(),
  );
  expect(volume.frameOfReferenceUid).toBe(read.volumes['sagittal-t1']!.frameOfReferenceUid);
  expect((await volume.slices.at(-3)!.pixels())[7]).toBe(21);
});

test('descriptions of the table go before the files’ own', async () => {
  const [study] = await findStudyFolders(challenge);
  const swapped = new Map([
    ['801', 'Sagittal T1'],
    ['866', 'Sagittal T2/STIR'],
  ]);
  const read = await readStudyFolder(study!, ROLES, swapped, READING);
  if (read.kind !== 'read') throw new Error(read.reasons.join());
  const chosen = read.volumes['sagittal-t2']!.slices[0]!.image.sopInstanceUid;
  expect(read.images.find((image) => image.header.sopInstanceUid === chosen)!.seriesId).toBe('866');
});

test('a reader’s canal point is placed in the patient by the slice it was set on', async () => {
  const tables = join(root, 'tables');
  mkdirSync(tables);
  writeFileSync(join(tables, 'train.csv'), writeGrades([['1002', {}]]));
  writeFileSync(
    join(tables, 'train_label_coordinates.csv'),
    `study_id,series_id,instance_number,condition,level,x,y
1002,801,8,Spinal Canal Stenosis,L3/L4,20,30
1002,866,8,Left Neural Foraminal Narrowing,L3/L4,20,30
1002,801,7,Spinal Canal Stenosis,L4/L5,20,30
`,
  );
  const [source] = await folderSources(challenge, tables, ROLES, READING);
  const study = await source!.open();
  if (study.kind !== 'labelled') throw new Error(study.kind);
  // Pixels of 1.2 mm; there is no instance 7.
  expect(study.places).toEqual([
    {
      kind: 'canal',
      level: 'L3/L4',
      pointMm: [32, expect.closeTo(-66, 9), expect.closeTo(64, 9)],
      plane: expect.anything(),
    },
  ]);
});

test('a study with an image that is broken is ineligible, and says which', async () => {
  const folder = join(root, 'broken', '7');
  mkdirSync(join(folder, '1'), { recursive: true });
  const large = { '00280010': element('US', 400), '00280011': element('US', 400), ...T2_TIMES };
  for (let i = 1; i <= 9; i++) {
    const place = {
      '00080018': element('UI', `2.25.${i}`),
      '00200032': element('DS', 4 * i, -100, 100),
      '00280030': element('DS', 0.7, 0.7),
    };
    // The matrix is 400 × 400, the pixels are 20.
    writeFileSync(join(folder, '1', `${i}.dcm`), imageBytes({ ...large, ...place }));
  }
  const read = await readStudyFolder({ studyId: '7', folder }, ROLES, new Map(), READING);
  const facts = { words: expect.stringContaining('2.25.') };
  expect(read).toEqual({ kind: 'ineligible', reasons: [{ code: 'image-unreadable', facts }] });
});

test('limits and rules of a site hold for a folder as for an archive', async () => {
  const [study] = await findStudyFolders(challenge);
  const small = { ...READING, limits: { ...READING.limits, maxImages: 3 } };
  expect(await readStudyFolder(study!, ROLES, new Map(), small)).toEqual({
    kind: 'ineligible',
    reasons: [{ code: 'beyond-limit', facts: { of: 'images', count: 2 * INSTANCES.length, limit: 3 } }],
  });
  const rule = { name: 'no T2', when: { SeriesDescription: { matches: 'T2' } }, refuse: true };
  const ruled = folderReading(decodeFrame, {
    limits: READING.limits,
    rulesText: JSON.stringify({ rules: [rule] }),
  });
  const refused = await readStudyFolder(study!, ROLES, new Map(), ruled);
  expect(refused).toMatchObject({ kind: 'ineligible', reasons: [{ code: 'no-sagittal-t2' }] });
});
