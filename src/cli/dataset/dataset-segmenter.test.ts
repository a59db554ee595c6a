import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { readNpy } from '../../dataset/npy.fixture.ts';
import { LABEL, NO_DISC, NOT_DRAWN, UNTOLD } from '../../domain/structure.ts';
import { maskedPhantom } from '../../evaluation/masks/masked-phantom.fixture.ts';
import { datasetCommand } from './dataset.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000 });

const TEMPLATE = 'training/segmenter.json';
const { sagittal, axial } = JSON.parse(readFileSync(TEMPLATE, 'utf8'));
const root = mkdtempSync(join(tmpdir(), 'dataset-segmenter-'));
afterAll(() => rmSync(root, { recursive: true }));

async function run(out: string, ...args: string[]) {
  const err: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(err.push(String(text))));
  try {
    const shard = ['--out', join(root, out), '--workers', '1', '--shard', '0'];
    return { code: await datasetCommand([...shard, '--segmenter', TEMPLATE, ...args]), err: err.join('') };
  } finally {
    vi.restoreAllMocks();
  }
}
const npy = (out: string, name: string) => readNpy(join(root, out, 'shard-0', `segmenter-${name}.npy`));

test('phantoms become slices of both planes with the exact label of every pixel', async () => {
  expect(await run('phantoms', '--studies', '2', '--seed', '51')).toMatchObject({ code: 0 });
  for (const [plane, { input }] of Object.entries({ sagittal, axial })) {
    const { shape, bytes } = npy('phantoms', `${plane}-labels`);
    expect(shape).toEqual([2, 3, input.size, input.size]);
    expect(npy('phantoms', `${plane}-images`).shape).toEqual(shape);
    for (const label of Object.values(LABEL)) expect(bytes.includes(label)).toBe(true);
    expect(bytes.includes(NOT_DRAWN)).toBe(false);
  }
  const facts = JSON.parse(readFileSync(join(root, 'phantoms', 'shard-0', 'dataset.json'), 'utf8'));
  expect(facts).toMatchObject({ added: 2, pack: { segmenter: { sagittal, axial } } });
});

test('masked slices become sagittal ones, three at a time; what is missing of three is unknown', async () => {
  const { folder } = await maskedPhantom(52, 4);
  try {
    expect(await run('masks', '--masks', folder)).toMatchObject({ code: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { shape, bytes } = npy('masks', 'sagittal-labels');
  expect(shape).toEqual([2, 3, sagittal.input.size, sagittal.input.size]);
  const [area, labels] = [sagittal.input.size ** 2, new Set(bytes)];
  const { epidural, ...drawn } = LABEL;
  expect(labels).toEqual(new Set([NO_DISC, NOT_DRAWN, UNTOLD, ...Object.values(drawn)]));
  expect(labels.has(epidural)).toBe(false);
  expect(new Set(bytes.subarray(2 * area, 3 * area))).toEqual(new Set([UNTOLD]));
  expect(() => npy('masks', 'axial-labels')).toThrow(/ENOENT/);
});
