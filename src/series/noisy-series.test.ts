import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidate, element } from '../dicom/image/image.fixture.ts';
import type { ImageHeader } from '../dicom/image/image-header.ts';
import { along, type Point } from '../domain/point.ts';
import { inWords } from '../domain/remark.ts';
import { buildVolume } from '../volume/build-volume.ts';
import { slicePlane } from '../volume/slice-plane.ts';
import { distinctPlaces, type PlacedHeader } from '../volume/stack-geometry.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { selectSeries } from './select-series.ts';

const share = fc.double({ min: -1, max: 1, noNaN: true });
const wobble: fc.Arbitrary<Point> = fc
  .tuple(share, share, share)
  .map((p) => along([0, 0, 0], p, 1 / Math.sqrt(3)));
/** Enough for every image of a test. */
const wobbles = fc.array(fc.tuple(wobble, wobble), { minLength: 60, maxLength: 60 });

interface Noise {
  readonly mm: number;
  readonly cosine: number;
}

/** The images moved, and their directions turned, by as much at most. */
function noisy(
  headers: readonly ImageHeader[],
  by: readonly (readonly [Point, Point])[],
  { mm, cosine }: Noise,
): readonly ImageHeader[] {
  return headers.map((header, index) => {
    const [shift, turn] = by[index % by.length]!;
    return {
      ...header,
      imagePositionMm: along(header.imagePositionMm!, shift, mm),
      rowDirection: along(header.rowDirection!, turn, cosine / 2),
      columnDirection: along(header.columnDirection!, [turn[2], turn[0], turn[1]], cosine / 2),
    };
  });
}

const whole = (headers: readonly ImageHeader[], series: CandidateSeries): CandidateSeries => ({
  ...series,
  headers,
  instanceCount: headers.length,
});

/** What selection and volume make of a series: in words, and which images in which order. */
function outcome(series: CandidateSeries, role: 'sagittal-t2' | 'axial-t2') {
  const { chosen, decisions, warnings } = selectSeries([series], [role]);
  const headers = chosen.get(role)?.flatMap((one) => one.headers) ?? [];
  const slices = headers.map((header) => ({
    plane: slicePlane(header),
    image: header,
    pixels: async () => new Float32Array(),
  }));
  const { reasons } = decisions[0]!;
  return {
    reasons: reasons.map((said) => inWords(said).replaceAll(/\d+\.\d+ mm/g, '… mm')),
    warnings: warnings.map(inWords).map((words) => words.replaceAll(/\d+\.\d+ mm/g, '… mm')),
    kept: headers.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
    volume: buildVolume(role, slices).slices.map(({ image }) => image.sopInstanceUid),
  };
}

/** Two acquisitions of one stack, the second `apart` from the first. */
function repeated(kind: 'sagittal-t2' | 'axial-t2', apart: Point, spacingMm = 4.4): CandidateSeries {
  const [first, second] = [1, 2].map((acquisition) =>
    candidate(`2.25.7.${acquisition}`, kind, { '00200012': element('IS', acquisition) }, { spacingMm }),
  ) as [CandidateSeries, CandidateSeries];
  const moved = second.headers.map((header) => ({
    ...header,
    imagePositionMm: along(header.imagePositionMm!, apart, 1),
  }));
  return whole([...first.headers, ...moved], first);
}

const KINDS = ['sagittal-t2', 'axial-t2'] as const;
/** Of a spacing of 4.4 mm an eighth is 0.55 mm; a quarter of a degree is a cosine of 0.0044. */
const noise: fc.Arbitrary<Noise> = fc.record({
  mm: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 0.45, noNaN: true })),
  cosine: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 0.003, noNaN: true })),
});

describe('noise of positions and directions changes neither words nor images nor their order', () => {
  const lost = (series: CandidateSeries, ...indices: readonly number[]) =>
    whole(
      series.headers.filter((_, index) => !indices.includes(index)),
      series,
    );
  const repeatsOfSome = (series: CandidateSeries) =>
    whole(
      [
        ...series.headers,
        ...candidate('2.25.9', 'sagittal-t2', {}, { spacingMm: 4.4, slices: 4 }).headers.map((header) => ({
          ...header,
          instanceNumber: 50,
        })),
      ],
      series,
    );
  const sagittal = candidate('2.25.5', 'sagittal-t2', {}, { spacingMm: 4.4 });
  const axial = candidate('2.25.6', 'axial-t2', {}, { spacingMm: 4.4 });
  test.each<[string, (typeof KINDS)[number], CandidateSeries]>([
    ['a sagittal stack', 'sagittal-t2', sagittal],
    ['an axial stack', 'axial-t2', axial],
    ['a sagittal stack without two slices', 'sagittal-t2', lost(sagittal, 5, 10)],
    ['an axial stack without a slice', 'axial-t2', lost(axial, 7)],
    ['two sagittal acquisitions', 'sagittal-t2', repeated('sagittal-t2', [0, 0, 0])],
    ['two axial acquisitions', 'axial-t2', repeated('axial-t2', [0, 0, 0])],
    ['a stack with single images repeated', 'sagittal-t2', repeatsOfSome(sagittal)],
  ])('%s', (_, role, series) => {
    const expected = outcome(series, role);
    expect(expected.volume).not.toEqual([]);
    fc.assert(
      fc.property(wobbles, noise, (by, size) => {
        expect(outcome(whole(noisy(series.headers, by, size), series), role)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

test('a series that steps through 0.5 mm keeps every slice, noise of a hundredth or so and all', () => {
  const thin = candidate('2.25.5', 'sagittal-t2', {}, { spacingMm: 0.5, slices: 60 });
  const expected = outcome(thin, 'sagittal-t2');
  expect(expected.kept).toHaveLength(60);
  fc.assert(
    fc.property(wobbles, fc.double({ min: 0, max: 0.06, noNaN: true }), (by, mm) => {
      const { volume, warnings } = outcome(
        whole(noisy(thin.headers, by, { mm, cosine: 0.002 }), thin),
        'sagittal-t2',
      );
      expect(volume).toEqual(expected.volume);
      expect(warnings).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describe('a repeated acquisition', () => {
  const along3 = (mm: number): Point => [mm, mm, mm];
  test.each([0, 1e-6, 0.004, 0.02, 0.049, 0.05, 0.051, 0.1, 0.2, 0.3, 0.5, 0.55])(
    'that lies %f mm beside the first is one, and no slice is called missing',
    (mm) => {
      for (const kind of KINDS) {
        const { reasons, warnings, kept, volume } = outcome(repeated(kind, along3(mm)), kind);
        expect(reasons.map(inWords).join()).toContain('of 2 acquisitions one is used, 15 images left out');
        expect(warnings).toEqual([]);
        expect(kept.every((uid) => uid.startsWith('2.25.7.1.'))).toBe(true);
        expect(volume).toHaveLength(15);
      }
    },
  );

  test.each([0.9, 1.2, 1.6])('whose slices lie %f mm beside the first ones, too', (mm) => {
    const { reasons, warnings } = outcome(repeated('sagittal-t2', [mm, 0, 0]), 'sagittal-t2');
    expect(reasons.map(inWords).join()).toContain('of 2 acquisitions one is used, 15 images left out');
    expect(warnings).toEqual([]);
  });

  test('interleaved with the first is none: all slices are used, also where one is lost', () => {
    const both = repeated('sagittal-t2', [4.4 / 2, 0, 0]);
    expect(outcome(both, 'sagittal-t2').volume).toHaveLength(30);
    const lost = whole(
      both.headers.filter((_, index) => index !== 5),
      both,
    );
    const { volume, warnings } = outcome(lost, 'sagittal-t2');
    expect(volume).toHaveLength(29);
    expect(warnings).toHaveLength(1);
  });

  test('one acquisition a disc are blocks, not repeats, parallel as they may be', () => {
    const axial = candidate('2.25.6', 'axial-t2');
    const blocks = axial.headers.map((header, index) => {
      const block = Math.floor(index / 3);
      return {
        ...header,
        acquisitionNumber: block,
        imagePositionMm: [0, 0, block * 20 + (index % 3) * 4] as const,
      };
    });
    expect(outcome(whole(blocks, axial), 'axial-t2').volume).toHaveLength(15);
  });
});

test('whatever the noise, what selection keeps as one image a place the volume keeps whole', () => {
  fc.assert(
    fc.property(wobbles, fc.double({ min: 0, max: 5, noNaN: true }), share, (by, mm, turn) => {
      const series = repeated('sagittal-t2', [0, 0, 0], 1.5);
      const kept = distinctPlaces(
        noisy(series.headers, by, { mm, cosine: 0.009 * Math.abs(turn) }) as readonly PlacedHeader[],
      );
      const slices = kept.map((header) => ({
        plane: slicePlane(header),
        image: header,
        pixels: async () => new Float32Array(),
      }));
      expect(buildVolume('sagittal-t2', slices).slices).toHaveLength(kept.length);
    }),
  );
});

test('a series tilted to the very limit of its plane stays whole', () => {
  const angle = (55 * Math.PI) / 180;
  const steep = candidate('2.25.6', 'axial-t2', {
    '00200037': element('DS', 1, 0, 0, 0, Math.cos(angle), Math.sin(angle)),
  });
  fc.assert(
    fc.property(wobbles, (by) => {
      const { decisions } = selectSeries(
        [whole(noisy(steep.headers, by, { mm: 0, cosine: 1e-4 }), steep)],
        [],
        ['axial-t2'],
      );
      expect(decisions[0]!.reasons.map(inWords).join()).not.toContain('sets of images');
      expect(decisions[0]!.reasons.map(inWords).join()).toContain('15 slices');
    }),
    { numRuns: 30 },
  );
});

test('slices at the limit of their spacing are not turned down for noise', () => {
  const far = candidate(
    '2.25.6',
    'axial-t2',
    { '00280030': element('DS', 1.50001, 1.49999) },
    { spacingMm: 8.0001 },
  );
  expect(outcome(far, 'axial-t2').volume).toHaveLength(15);
});
