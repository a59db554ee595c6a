import { describe, expect, test } from 'vitest';
import { candidate, element, T2_TIMES } from '../dicom/image/image.fixture.ts';
import { inWords } from '../domain/remark.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { ALL, AXIAL, chosenUids, T1, T2 } from './select-series.fixture.ts';
import { selectSeries } from './select-series.ts';

describe('several series for one role', () => {
  const described = { '0008103E': element('LO', 'T2') };
  test.each<[string, CandidateSeries, CandidateSeries]>([
    [
      'not fat-suppressed',
      T2,
      candidate('2.25.30', 'sagittal', { ...T2_TIMES, '00180082': element('DS', 160) }),
    ],
    ['not fat-suppressed', T2, candidate('2.25.30', 'sagittal-t2', { '00180022': element('CS', 'FS') })],
    ['without contrast', T1, candidate('2.25.30', 'sagittal-t1', { '00180010': element('LO', 'Gd') })],
    ['known from echo and repetition time', T2, candidate('2.25.30', 'sagittal', described)],
    ['more slices', T2, candidate('2.25.30', 'sagittal-t2', {}, { slices: 12 })],
    ['slices lie closer', T2, candidate('2.25.30', 'sagittal-t2', {}, { spacingMm: 5 })],
    ['pixels are finer', T2, candidate('2.25.30', 'sagittal-t2', { '00280030': element('DS', 0.9, 0.9) })],
    ['taken later', candidate('2.25.30', 'sagittal-t2'), T2],
  ])('the one that is %s is preferred, and the other told so', (because, better, worse) => {
    for (const order of [
      [better, worse],
      [worse, better],
    ]) {
      const { decisions } = selectSeries(
        order,
        [],
        [worse === T1 || better === T1 ? 'sagittal-t1' : 'sagittal-t2'],
      );
      const passedOver = decisions[order.indexOf(worse)]!;
      expect(decisions[order.indexOf(better)]!.chosen).toBe(true);
      expect(passedOver).toMatchObject({ chosen: false, role: decisions[order.indexOf(better)]!.role });
      expect(inWords(passedOver.reasons.at(-1)!)).toContain(
        `series number ${better.seriesNumber} was preferred because`,
      );
      expect(inWords(passedOver.reasons.at(-1)!)).toContain(because);
    }
  });

  test('all axial series are used, fat-suppressed ones only for want of others', () => {
    const second = candidate('2.25.31', 'axial-t2', {}, { spacingMm: 6 });
    const fatSuppressed = candidate('2.25.32', 'axial-t2', { '00180022': element('CS', 'FS') });
    expect(chosenUids([AXIAL, second, fatSuppressed], ALL)['axial-t2']).toEqual(['2.25.3', '2.25.31']);
    expect(chosenUids([fatSuppressed], ALL)['axial-t2']).toEqual(['2.25.32']);
  });
});

test('of axial series that show the same places the best is used, and the other told so', () => {
  const repeat = candidate('2.25.33', 'axial-t2');
  const { chosen, decisions } = selectSeries([AXIAL, repeat], ALL);
  expect(chosen.get('axial-t2')).toEqual([repeat]);
  expect(inWords(decisions[0]!.reasons.at(-1)!)).toBe(
    'qualifies as axial T2, but series number 33 was preferred because it was taken later',
  );
});
