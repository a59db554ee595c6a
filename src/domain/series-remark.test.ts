import { expect, test } from 'vitest';
import { codeOf, inWords, type Remark, remark } from './remark.ts';
import { type SeriesRemark, seriesRemark } from './series-remark.ts';

/** As it comes back from the database. */
const stored = <Said>(said: Said): Said => JSON.parse(JSON.stringify(said));

test('what is stored is code and facts, and gives the same sentence', () => {
  const set = [
    seriesRemark('stack', { plane: 'axial', slices: 3, spacingMm: null, pixelMm: 0.5 }),
    seriesRemark('without-role', { images: 'axial-t1' }),
  ];
  const said = stored(seriesRemark('another-set', { reasons: set }));
  expect(inWords(said)).toBe(
    'another set: axial by orientation, 3 slices, pixels of 0.50 mm, axial T1: no role in grading',
  );
  expect(codeOf(said)).toBe('another-set');
});

test.each<[SeriesRemark, string]>([
  [
    seriesRemark('images-too-large', { count: 1, total: 2, limit: 100 }),
    '1 of 2 images: more pixels (0028,0010), (0028,0011) than the limit of 100 a frame',
  ],
  [
    seriesRemark('several-orientations', {
      images: [
        { plane: 'sagittal', count: 5 },
        { plane: 'coronal', count: 10 },
        { plane: 'axial', count: 5 },
      ],
    }),
    'images of several orientations (10 coronal, 5 axial, 5 sagittal), as a localiser has',
  ],
  [
    seriesRemark('contrast-by-pixels', {
      coreToMuscle: 3.14,
      coreToFat: 0.96,
      muscleToFat: 0.255,
      shows: 't2',
    }),
    'seen in the pixels: the brightest in the midline is 3.1 times as bright as muscle and 1.0 times as bright as fat, muscle 0.26 times as bright as fat: bright fluid, as in T2',
  ],
  [
    seriesRemark('pixels-do-not-tell', { figures: null }),
    'the images do not show the back, so that their pixels cannot tell their contrast',
  ],
  [seriesRemark('study-turned-down', {}), 'not used: the study as a whole is turned down'],
  [seriesRemark('study-beyond-limit', {}), 'not looked at: the study is beyond a limit of the configuration'],
])('%j', (said, words) => expect(inWords(stored(said))).toBe(words));

test('what earlier versions stored in words still shows', () => {
  expect(inWords('a localiser')).toBe('a localiser');
  expect(codeOf('a localiser')).toBeNull();
  const gap = '1 slice is missing: a gap of 8.0 mm where slices lie 4.0 mm apart';
  const missing = remark('slices-missing', { role: 'sagittal-t2', series: 3, gap });
  const faulty = ['series 4: there is no metadata of its images'];
  const unused = remark('no-axial-t2', { why: { kind: 'none-qualifies', faulty } });
  expect(inWords(stored<Remark>(missing))).toBe(
    'The stack of sagittal T2 (series 3) is incomplete: 1 slice is missing: a gap of 8.0 mm where slices lie 4.0 mm apart.',
  );
  expect(inWords(stored<Remark>(unused))).toBe(
    'no series qualifies as axial T2 (series 4: there is no metadata of its images)',
  );
});
