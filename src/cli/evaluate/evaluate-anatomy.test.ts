import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { labelPatch } from '../../evaluation/masks/label-patch.ts';
import { maskedCases } from '../../evaluation/masks/mask-source.ts';
import { maskedPhantom } from '../../evaluation/masks/masked-phantom.fixture.ts';
import { middleOfDiscs } from '../../evaluation/masks/middle-of-discs.ts';
import type { AnatomyEvaluation } from '../../evaluation/masks/summarise-anatomy.ts';
import type { PackManifest } from '../../inference/pack/pack-manifest.ts';
import { writeTinyPack } from '../../inference/pack/tiny-pack.fixture.ts';
import { segmentFrame } from '../../inference/segment/segment-frame.ts';
import { captured } from '../captured.fixture.ts';
import { evaluateCommand } from './evaluate.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'evaluate-anatomy-'));
const pack = join(root, 'pack');
let masks: string;

/** A pack that sees on every sagittal slice what is drawn on the one of the folder, and nothing on axial ones. */
beforeAll(async () => {
  ({ folder: masks } = await maskedPhantom(61, 1));
  const [source] = await maskedCases(masks, null);
  const [drawn] = await source!.open();
  const committed = JSON.parse(readFileSync('models/default/manifest.json', 'utf8')) as PackManifest;
  const segmenter = JSON.parse(readFileSync('training/segmenter.json', 'utf8'));
  const { foramenFinder: _, ...rest } = committed;
  const classifiers = committed.classifiers.filter(({ inputs }) =>
    inputs.every(({ views }) => views.every(({ centre }) => centre !== 'found-foramen')),
  );
  await writeTinyPack(pack, { ...rest, classifiers, segmenter }, undefined, undefined, ({ input }, plane) => {
    if (plane === 'axial') return new Uint8Array(input.size ** 2);
    const frame = segmentFrame(plane, drawn!.slice.plane, middleOfDiscs(drawn!), input);
    return labelPatch(drawn!.slice.plane, drawn!.labels, frame).map((label) => (label > 4 ? 0 : label));
  });
});
afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(masks, { recursive: true });
});

const run = (...args: string[]) => captured(evaluateCommand, args);
const written = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as AnatomyEvaluation;

test('outlines that are those drawn overlap whole, and so does what is measured on them', async () => {
  const files = ['--json', join(root, 'a.json'), '--report', join(root, 'a.html')];
  const { code, out } = await run('--model', pack, '--masks', masks, '--resamples', '20', ...files);
  expect(code).toBe(0);
  const { structures, discs, measures, localiser } = written('a.json');
  expect(structures.map(({ plane, structure }) => `${plane} ${structure}`)).toEqual([
    'sagittal disc',
    'sagittal vertebra',
    'sagittal sac',
  ]);
  // Drawn finer than the network's pixels.
  for (const { dice, surface95Mm } of structures) {
    expect(dice.value).toBeGreaterThan(0.95);
    expect(surface95Mm.value).toBeLessThan(1.1);
  }
  expect(discs.count).toBeGreaterThanOrEqual(5);
  expect(discs.within.value).toBe(1);
  for (const { count, medianOff } of measures) {
    expect(count).toBeGreaterThanOrEqual(4);
    expect(medianOff.value).toBeLessThan(0.5);
  }
  expect(localiser).toMatchObject({
    ...{ cases: 1, localised: 1, numberedRight: { value: 1 }, doubted: { wrong: 0 } },
    disc: { count: 5, within6Mm: { value: 1 } },
  });
  expect(out).toContain('localiser: 1 of 1 cases found, numbered right 1.000');
  expect(out).toContain('sagittal sac: Dice 0.9');
  const page = readFileSync(join(root, 'a.html'), 'utf8');
  expect(page).toContain('Research use only');
  expect(page).toContain('data:image/png;base64,');
  expect(page).not.toMatch(/<script|<link|@import|url\(|(?:src|href)="(?!data:)/);
});

test('phantoms are judged by their exact outlines: what is not outlined is absent', async () => {
  const phantoms = ['--phantoms', '1', '--anatomy', '--seed', '62', '--family', 'demo', '--resamples', '5'];
  const { code } = await run('--model', pack, ...phantoms, '--json', join(root, 'p.json'));
  expect(code).toBe(0);
  const { measures, structures, localiser } = written('p.json');
  expect(localiser).toBeNull();
  expect(structures.some(({ plane }) => plane === 'axial')).toBe(true);
  expect(measures.find(({ measure }) => measure === 'sac-area')).toMatchObject({ count: 0, unfounded: 0 });
  expect(measures.find(({ measure }) => measure === 'sac-area')!.missed).toBeGreaterThanOrEqual(4);
  // The pack sees a slice through the canal wherever it looks: no foramen.
  for (const kind of ['foraminal-height', 'foraminal-width'] as const) {
    const foramina = measures.find(({ measure }) => measure === kind)!;
    expect(foramina).toMatchObject({ count: 0, unfounded: 0 });
    expect(foramina.missed).toBeGreaterThanOrEqual(4);
  }
});

test('a pack without a segmenter is told of', async () => {
  expect(await run('--model', 'models/phantom', '--masks', masks)).toMatchObject({
    code: 2,
    err: expect.stringContaining('models/phantom has no segmenter'),
  });
});
