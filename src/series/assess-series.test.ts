import { describe, expect, test } from 'vitest';
import { candidate, element, T1_TIMES, T2_TIMES } from '../dicom/image/image.fixture.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { ALL, decisionOn, T2 } from './select-series.fixture.ts';
import { selectSeries } from './select-series.ts';

describe('series that qualify for nothing', () => {
  const small = { '00280010': element('US', 100), '00280011': element('US', 100) };
  test.each<[string, CandidateSeries, string]>([
    [
      'another modality',
      { ...candidate('2.25.20', 'axial'), modality: 'SR', headers: [] },
      'modality SR is not MR',
    ],
    ['no metadata', { ...T2, headers: [] }, 'no metadata'],
    ['coronal', candidate('2.25.20', 'coronal', T2_TIMES), 'coronal: no role'],
    ['no position', candidate('2.25.20', 'sagittal-t2', { '00200032': element('DS') }), '(0020,0032)'],
    ['no orientation', candidate('2.25.20', 'sagittal-t2', { '00200037': element('DS') }), '(0020,0037)'],
    [
      'skewed',
      candidate('2.25.20', 'axial-t2', { '00200037': element('DS', 1, 0, 0, 0.7, 0.7, 0) }),
      'right angles',
    ],
    ['no spacing', candidate('2.25.20', 'sagittal-t2', { '00280030': element('DS') }), '(0028,0030)'],
    ['multi-frame', candidate('2.25.20', 'sagittal-t2', { '00280008': element('IS', 15) }), 'multi-frame'],
    [
      'derived',
      candidate('2.25.20', 'axial-t2', { '00080008': element('CS', 'DERIVED', 'SECONDARY') }),
      '(0008,0008)',
    ],
    [
      'localiser',
      candidate('2.25.20', 'sagittal-t2', { '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'LOCALIZER') }),
      '(0008,0008)',
    ],
    [
      'reformatted',
      candidate('2.25.20', 'axial-t2', { '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'MPR') }),
      '(0008,0008)',
    ],
    ['few slices', candidate('2.25.20', 'sagittal-t2', {}, { slices: 5 }), '5 slices are too few'],
    ['far apart', candidate('2.25.20', 'axial-t2', {}, { spacingMm: 12 }), '12.0 mm apart'],
    ['coarse', candidate('2.25.20', 'sagittal-t2', { '00280030': element('DS', 2, 2) }), 'too coarse'],
    ['short', candidate('2.25.20', 'sagittal-t2', small), '70 mm from head to feet'],
    ['the knee', candidate('2.25.20', 'sagittal-t2', { '00180015': element('CS', 'KNEE') }), '(0018,0015)'],
    [
      'the neck',
      candidate('2.25.20', 'sagittal-t2', { '00180015': element('CS', 'C-SPINE') }),
      '(0018,0015)',
    ],
  ])('%s', (_, series, words) => {
    const decision = decisionOn(series);
    expect(decision).toMatchObject({ role: null, chosen: false });
    expect(decision.words).toContain(words);
  });

  test.each([
    ['one value', ['ORIGINAL', 'PRIMARY', 'MIP '.repeat(15_000).concat('x')]],
    ['one word', ['ORIGINAL', 'PRIMARY', '_'.repeat(60_000)]],
    ['many values', ['ORIGINAL', 'PRIMARY', ...Array<string>(30_000).fill('M')]],
  ])('an ImageType of 60 kB, of %s, costs no more than its length', (_, imageType) => {
    const headers = candidate('2.25.20', 'sagittal-t2', {}, { slices: 77 }).headers;
    const long = { ...T2, headers: headers.map((header) => ({ ...header, imageType })) };
    const start = performance.now();
    selectSeries([long], ALL);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('a three-plane localiser', () => {
    const planes = (['sagittal', 'coronal', 'axial'] as const).map((plane) =>
      candidate('2.25.20', plane, T2_TIMES, { slices: 5 }),
    );
    const localiser = { ...planes[0]!, headers: planes.flatMap((series) => series.headers) };
    expect(decisionOn(localiser).words).toContain('several orientations (5 axial, 5 coronal, 5 sagittal)');
  });

  test.each(['LSPINE', 'L SPINE', 'SPINE', 'Lumbar', 'LUMBOSACRAL', ''])(
    'body part %s is the lumbar spine',
    (part) => {
      expect(
        decisionOn(candidate('2.25.20', 'sagittal-t2', { '00180015': element('CS', part) }), []).chosen,
      ).toBe(true);
    },
  );

  test('no reason repeats free text of the study', () => {
    const text = 'DOE JOHN T2';
    const hidden = {
      '0008103E': element('LO', text),
      '00181030': element('LO', text),
      '00180015': element('CS', text),
    };
    const candidates = [
      candidate('2.25.20', 'sagittal', hidden),
      candidate('2.25.21', 'axial', { ...hidden, ...T1_TIMES }),
      { ...candidate('2.25.22', 'axial', hidden), modality: text, headers: [] },
    ];
    const { decisions, reasons } = selectSeries(candidates, ALL);
    expect(JSON.stringify([decisions.map((decision) => decision.reasons), reasons])).not.toMatch(/DOE|JOHN/);
  });
});
