import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LEVELS } from '../../domain/level.ts';
import { length, subtract } from '../../domain/point.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { OTHER_BODY_PARTS } from '../../phantom/tissue/head-and-neck/head-and-neck.ts';
import type { Volume } from '../../volume/volume.ts';
import { loadModelPack, type ModelPack } from '../pack/model-pack.ts';
import { localise } from './localise.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Ten, the upper discs of some of which look it. */
const SIX_LUMBAR_SEEDS = Array.from({ length: 10 }, (_, i) => 500_100 + i);

let pack: ModelPack;
beforeAll(async () => {
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 2);
});
afterAll(() => pack.close());

const sagittalT2 = (...[seed, options]: Parameters<typeof phantomStudy>) =>
  phantomStudy(seed, options).volumes['sagittal-t2']!;

/** The same images as if what lies below a share of their height had not been taken. */
function cutBelow(volume: Volume, share: number): Volume {
  const slices = volume.slices.map((slice) => ({
    ...slice,
    plane: { ...slice.plane, rows: Math.floor(slice.plane.rows * share) },
    pixels: async () =>
      (await slice.pixels()).subarray(0, Math.floor(slice.plane.rows * share) * slice.plane.columns),
  }));
  return { ...volume, slices };
}

describe('localise', () => {
  test.each([
    ['an ordinary scanner', {}],
    ['a poor scanner', { artefacts: 2 }],
  ])('finds the discs of a lumbar study of %s, without a doubt', async (_, more) => {
    for (const seed of [5, 6]) {
      const options = { family: 'held-out', ...more } as const;
      const found = await localise(pack, sagittalT2(seed, options));
      expect(found).toMatchObject({ kind: 'localised', warnings: [] });
    }
  });

  test('counts from the sacrum where there are six lumbar vertebrae, and doubts it where the chest says otherwise', async () => {
    const doubted: number[] = [];
    for (const seed of SIX_LUMBAR_SEEDS) {
      const study = phantomStudy(seed, { family: 'held-out', variant: { lumbarVertebrae: 6 } });
      const found = await localise(pack, study.volumes['sagittal-t2']!);
      if (found.kind !== 'localised') throw new Error(found.reasons.join());
      for (const [i, { discMm }] of study.truth.levels.entries()) {
        expect(length(subtract(found.levels[i]!.discMm, discMm)), `${seed} ${LEVELS[i]}`).toBeLessThan(10);
      }
      if (found.warnings.some(({ code }) => code === 'numbering-uncertain')) doubted.push(seed);
    }
    // What the images do not show is no warning but NUMBERING_STATEMENT, which stands in every result.
    expect(doubted.length).toBeGreaterThan(0);
  });

  test.each(OTHER_BODY_PARTS)('does not find lumbar discs in the phantom of a %s', async (bodyPart) => {
    for (const seed of [1, 2, 3]) {
      const found = await localise(pack, sagittalT2(seed, { family: 'held-out', bodyPart }));
      expect(found).toMatchObject({
        kind: 'ineligible',
        reasons: [{ code: expect.stringMatching(/^(no-lumbar-spine|discs-not-found)$/) }],
      });
    }
  });

  test('never numbers without a doubt where the sacrum is not in the image', async () => {
    for (const seed of [1, 2, 4]) {
      const found = await localise(pack, cutBelow(sagittalT2(seed, { family: 'demo' }), 0.62));
      if (found.kind === 'localised') {
        expect(found.warnings.map(({ code }) => code)).toContainEqual(
          expect.stringMatching(/^(sacrum-not-seen|numbering-uncertain)$/),
        );
      } else expect(found.reasons).toHaveLength(1);
    }
  });
});
