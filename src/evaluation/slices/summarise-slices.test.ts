import { expect, test } from 'vitest';
import type { MeasuredSac } from './evaluate-slices.ts';
import { slicesInShort } from './slices-in-short.ts';
import { summariseSlices } from './summarise-slices.ts';

const study = (...sacs: readonly MeasuredSac[]) =>
  [{ atLabels: [], atFound: null, foramina: [], sacs }] as const;
const options = { seed: 1, resamples: 20 };

test('a sac that is smaller the higher the grade tells it; what could not be measured is counted', () => {
  const outcomes = new Map([
    ['1', study({ grade: 'Normal/Mild', areaMm2: 180 }, { grade: 'Moderate', areaMm2: 90 })],
    ['2', study({ grade: 'Normal/Mild', areaMm2: 80 }, { grade: 'Severe', areaMm2: 40 })],
    ['3', study({ grade: 'Normal/Mild', areaMm2: 120 }, { grade: 'Severe', areaMm2: null })],
  ]);
  const evaluation = summariseSlices(outcomes, options);
  // Of six pairs one is the wrong way round: 90 mm² Moderate, 80 mm² Normal/Mild.
  expect(evaluation.sacArea).toMatchObject({
    ...{ measured: 5, absent: 1, medianMm2: { 'Normal/Mild': 120, Moderate: 90, Severe: 40 } },
    ...{ aurocModerateOrWorse: { value: 5 / 6 }, aurocSevere: { value: 1 } },
  });
  expect(slicesInShort({ ...evaluation, numbering: null })).toContain(
    'sac area of 5 canals (1 not measured)',
  );
});

test('where nothing is outlined nothing is said of sacs', () => {
  const evaluation = summariseSlices(new Map([['1', study()]]), options);
  expect(evaluation.sacArea).toBeNull();
  expect(slicesInShort({ ...evaluation, numbering: null })).not.toContain('sac');
});
