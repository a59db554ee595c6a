import { describe, expect, test } from 'vitest';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { candidate, element } from '../dicom/image/image.fixture.ts';
import { inWords } from '../domain/remark.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../domain/uid.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { ALL, AXIAL, T2 } from './select-series.fixture.ts';
import { selectSeries } from './select-series.ts';

describe('images within a series', () => {
  test('several oblique stacks, a steep one among them, are one axial series', () => {
    const seriesInstanceUid = deterministicUid<SeriesInstanceUid>('stacks');
    const stacks = [0, 15, -20, 40, 50].map((degrees, index) => {
      const angle = (degrees * Math.PI) / 180;
      const orientation = element('DS', 1, 0, 0, 0, Math.cos(angle), Math.sin(angle));
      const stack = candidate(`2.25.4.${index}`, 'axial-t2', { '00200037': orientation }, { slices: 5 });
      return stack.headers.map((header) => ({ ...header, seriesInstanceUid }));
    });
    const axial = { ...AXIAL, seriesInstanceUid, instanceCount: 25, headers: stacks.flat() };
    const { chosen } = selectSeries([axial], ['axial-t2']);
    expect(chosen.get('axial-t2')?.[0]?.headers).toHaveLength(25);
  });

  test('derived, misplaced and repeated images are left out of the headers to use', () => {
    const derived = {
      ...T2.headers[0]!,
      sopInstanceUid: deterministicUid<SopInstanceUid>('derived'),
      imageType: ['DERIVED', 'SECONDARY'],
    };
    const scout = { ...AXIAL.headers[0]!, sopInstanceUid: deterministicUid<SopInstanceUid>('scout') };
    const repeat = {
      ...T2.headers[3]!,
      sopInstanceUid: deterministicUid<SopInstanceUid>('repeat'),
      instanceNumber: 99,
    };
    const mixed = { ...T2, instanceCount: 18, headers: [repeat, derived, scout, ...T2.headers] };
    const { chosen, decisions } = selectSeries([mixed], ['sagittal-t2']);
    expect(chosen.get('sagittal-t2')?.[0]?.headers).toEqual(T2.headers);
    expect(decisions[0]!.reasons.map(inWords).join()).toMatch(
      /1 image of another orientation left out.*1 image at a repeated place left out.*1 of 18 images: ImageType/,
    );
  });
});

describe('slices that never arrived', () => {
  const without = (series: CandidateSeries, ...lost: readonly number[]): CandidateSeries => {
    const headers = series.headers.filter((_, index) => !lost.includes(index));
    return { ...series, headers, instanceCount: headers.length };
  };

  test.each([
    ['one in the middle', T2, [7], ['1 slice is missing: a gap of 8.0 mm where slices lie 4.0 mm apart']],
    [
      'two side by side',
      T2,
      [3, 4],
      ['2 slices are missing: a gap of 12.0 mm where slices lie 4.0 mm apart'],
    ],
    [
      'two apart',
      T2,
      [3, 9],
      Array(2).fill('1 slice is missing: a gap of 8.0 mm where slices lie 4.0 mm apart'),
    ],
    ['one axial', AXIAL, [7], ['1 slice is missing: a gap of 8.0 mm where slices lie 4.0 mm apart']],
    ['none', T2, [], []],
    ['the last, which nothing can tell', T2, [14], []],
  ] as const)('%s', (_, whole, lost, gaps) => {
    const series = without(whole, ...lost);
    const { chosen, decisions, warnings } = selectSeries(
      [series],
      [whole === T2 ? 'sagittal-t2' : 'axial-t2'],
    );
    expect([...chosen.values()].flat()[0]!.headers).toHaveLength(15 - lost.length);
    expect(decisions[0]!.reasons.map(inWords).filter((reason) => reason.includes('missing'))).toEqual(gaps);
    const name = whole === T2 ? 'sagittal T2 (series 2)' : 'axial T2 (series 3)';
    expect(warnings.map(inWords)).toEqual(gaps.map((gap) => `The stack of ${name} is incomplete: ${gap}.`));
  });

  test('of a series that is not chosen are its own affair', () => {
    const { decisions, warnings } = selectSeries([without(candidate('2.25.7', 'sagittal-t2'), 7), T2], ALL);
    expect(decisions[0]).toMatchObject({ chosen: false });
    expect(decisions[0]!.reasons.map(inWords).join()).toContain('1 slice is missing');
    expect(warnings).toEqual([]);
  });

  test('are not suspected between parallel blocks of axial slices, one a disc, nor where spacing varies a little', () => {
    const blocks = (apartMm: number) => {
      const headers = AXIAL.headers.map((header, index) => {
        const [x, y] = header.imagePositionMm!;
        return { ...header, imagePositionMm: [x, y, index * 4 + Math.floor(index / 5) * apartMm] as const };
      });
      return selectSeries([{ ...AXIAL, headers }], ['axial-t2']).warnings;
    };
    for (const apartMm of [0, 0.3, 1.5, 6, 14, 31]) expect(blocks(apartMm)).toEqual([]);
    expect(blocks(4)).toHaveLength(2);
  });
});
