import { describe, expect, it } from 'vitest';
import { makeAnatomy } from '../anatomy/make-anatomy.ts';
import { FIRST_LUMBAR_DISC } from '../anatomy/vertebra.ts';
import { patientPoint } from '../shape/patient-point.ts';
import { spineLocator } from '../shape/spine-locator.ts';
import { TISSUE } from '../tissue/tissue.ts';
import { tissueSampler } from '../tissue/tissue-sampler.ts';
import { LANDMARKS } from './disc-truth.ts';
import { truth } from './truth.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => 200 + i);

describe('truth', () => {
  it('puts disc centres in disc tissue and canal centres in the dural sac', () => {
    for (const seed of SEEDS) {
      const anatomy = makeAnatomy(seed, { prevalence: 'balanced' });
      const sampler = tissueSampler(anatomy);
      const known = truth(anatomy);
      known.levels.forEach(({ level, discMm, canalMm }, i) => {
        const disc = sampler.at(discMm);
        expect([TISSUE.nucleus + FIRST_LUMBAR_DISC + i, TISSUE.innerAnnulus], `${seed} ${level}`).toContain(
          disc,
        );
        expect([TISSUE.csf, TISSUE.root, TISSUE.cord], `${seed} ${level}`).toContain(sampler.at(canalMm));
      });
    }
  });

  it('names the landmarks from cranial to caudal, the canal behind the disc', () => {
    for (const seed of SEEDS) {
      const { landmarks, levels } = truth(makeAnatomy(seed));
      expect(landmarks.map((l) => l.level)).toEqual([...LANDMARKS]);
      expect(landmarks.slice(2, 7)).toEqual(levels);
      landmarks.forEach(({ discMm, canalMm }, i) => {
        expect(canalMm[1]).toBeGreaterThan(discMm[1] + 8);
        if (i > 0) expect(discMm[2]).toBeLessThan(landmarks[i - 1]!.discMm[2] - 10);
      });
    }
  });

  it('puts left points on the patient’s left', () => {
    const { sidePoints, levels } = truth(makeAnatomy(5));
    for (const { level, side, foramenMm, recessMm } of sidePoints) {
      const middle = levels.find((l) => l.level === level)!.canalMm[0];
      const sign = side === 'left' ? 1 : -1;
      expect(sign * (foramenMm[0] - middle)).toBeGreaterThan(10);
      expect(sign * (recessMm[0] - middle)).toBeGreaterThan(4);
    }
  });
});

describe('spineLocator', () => {
  it('inverts patientPoint near the spine', () => {
    const { vertebrae } = makeAnatomy(3);
    const { point, locate } = spineLocator(vertebrae);
    for (let disc = 4; disc < 11; disc++) {
      for (const [t, u, p] of [
        [0.5, 0, 0],
        [0.3, 15, 5],
        [0.7, -12, 10],
      ] as const) {
        locate(patientPoint(vertebrae, disc, t, u, p));
        expect(point.disc).toBe(disc);
        expect(point.u).toBeCloseTo(u, 0);
        expect(Math.abs(point.p - p)).toBeLessThan(1.2);
        expect(Math.abs(point.t - t)).toBeLessThan(0.06);
      }
    }
  });
});
