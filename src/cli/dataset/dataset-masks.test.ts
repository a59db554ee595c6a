import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { readNpy } from '../../dataset/npy.fixture.ts';
import { maskedPhantom } from '../../evaluation/masks/masked-phantom.fixture.ts';
import { datasetCommand } from './dataset.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000 });

const root = mkdtempSync(join(tmpdir(), 'dataset-masks-'));
afterAll(() => rmSync(root, { recursive: true }));

test('masked slices become stacks of the localiser alone; levels that nobody drew are unknown', async () => {
  const { folder } = await maskedPhantom(53, 4);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const shard = ['--out', root, '--workers', '1', '--shard', '0'];
    expect(await datasetCommand([...shard, '--masks', folder])).toBe(0);
  } finally {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  }
  const npy = (name: string) => readNpy(join(root, 'shard-0', `${name}.npy`));
  expect(npy('localiser-images').shape).toEqual([8, 5, 288, 288]);
  const { bytes, shape } = npy('localiser-targets');
  expect(shape).toEqual([8, 16, 4]);
  const targets = new Float32Array(bytes.buffer.slice(bytes.byteOffset));
  for (let study = 0; study < 8; study++) {
    const seen = Array.from({ length: 16 }, (_, k) => targets[(study * 16 + k) * 4 + 3]!);
    // L1/L2 to L5/S1, discs and canals; S1/S2 is drawn by nobody.
    expect([...seen.slice(2, 7), ...seen.slice(10, 15)]).toEqual(Array(10).fill(1));
    expect([seen[7], seen[15]]).toEqual([-1, -1]);
  }
  expect(() => npy('finder-images')).toThrow(/ENOENT/);
  expect(() => npy('classifier-0-truth')).toThrow(/ENOENT/);
  const facts = JSON.parse(readFileSync(join(root, 'shard-0', 'dataset.json'), 'utf8'));
  expect(facts).toMatchObject({ added: 8, pack: { classifiers: [] } });
});
