import { describe, expect, test } from 'vitest';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { candidate, element, T1_TIMES, T2_TIMES } from '../dicom/image/image.fixture.ts';
import { inWords } from '../domain/remark.ts';
import { SERIES_ROLES } from '../domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../domain/uid.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { selectSeries } from './select-series.ts';

const ALL = SERIES_ROLES;
const T1 = candidate('2.25.1', 'sagittal-t1');
const T2 = candidate('2.25.2', 'sagittal-t2');
const AXIAL = candidate('2.25.3', 'axial-t2');

function chosenUids(candidates: readonly CandidateSeries[], required: typeof ALL = ALL) {
  const { chosen } = selectSeries(candidates, required);
  return Object.fromEntries(
    [...chosen].map(([role, series]) => [role, series.map((one) => one.seriesInstanceUid)]),
  );
}

function decisionOn(series: CandidateSeries, others: readonly CandidateSeries[] = [T1, T2, AXIAL]) {
  const { decisions } = selectSeries([...others, series], ALL);
  const decision = decisions.at(-1)!;
  return { ...decision, words: decision.reasons.map(inWords).join('; ') };
}

describe('a plain study', () => {
  test('every series gets its role from geometry and times, with reasons', () => {
    const selection = selectSeries([AXIAL, T1, T2], ALL);
    expect(chosenUids([AXIAL, T1, T2])).toEqual({
      'sagittal-t1': ['2.25.1'],
      'sagittal-t2': ['2.25.2'],
      'axial-t2': ['2.25.3'],
    });
    expect(selection.missing).toEqual([]);
    expect(selection.reasons).toEqual([]);
    expect(selection.decisions.map(({ role, chosen }) => ({ role, chosen }))).toEqual([
      { role: 'axial-t2', chosen: true },
      { role: 'sagittal-t1', chosen: true },
      { role: 'sagittal-t2', chosen: true },
    ]);
    expect(selection.decisions[1]!.reasons.map(inWords).join()).toContain('TE 9 ms, TR 550 ms: T1-weighted');
  });

  test('an absent role is missing with a reason; an optional one is not', () => {
    const selection = selectSeries([T1, T2], ALL);
    expect(selection.missing).toEqual(['axial-t2']);
    expect(selection.reasons.map(inWords)).toEqual(['no series qualifies as axial T2']);
    expect(selection.reasons.map(({ code }) => code)).toEqual(['no-axial-t2']);
    expect(selectSeries([T2], ['sagittal-t2'], ['sagittal-t1']).missing).toEqual([]);
    expect(selectSeries([], ALL).missing).toEqual(ALL);
  });

  test('a role the model does not use is not chosen', () => {
    const { decisions, chosen } = selectSeries([T1, T2], ['sagittal-t2']);
    expect([...chosen.keys()]).toEqual(['sagittal-t2']);
    expect(decisions[0]).toMatchObject({ role: 'sagittal-t1', chosen: false });
    expect(decisions[0]!.reasons.map(inWords).join()).toContain('the model does not use it');
  });
});

describe('weighting', () => {
  const times = (te: number | null, tr: number | null, ti?: number, sequence = 'SE', description = '') => ({
    ...(te === null ? {} : { '00180081': element('DS', te) }),
    ...(tr === null ? {} : { '00180080': element('DS', tr) }),
    ...(ti === undefined ? {} : { '00180082': element('DS', ti) }),
    '00180020': element('CS', sequence),
    '0008103E': element('LO', description),
  });

  test.each([
    ['T1 spin echo', times(12, 600), 'sagittal-t1'],
    ['T2 turbo spin echo', times(95, 4000), 'sagittal-t2'],
    ['STIR', times(45, 4500, 160, 'IR'), 'sagittal-t2'],
    ['STIR of long echo', times(70, 4500, 220, 'IR'), 'sagittal-t2'],
    ['STIR that does not give TI', times(60, 4500, undefined, 'IR'), 'sagittal-t2'],
    ['T1 FLAIR', times(24, 2100, 860, 'IR'), 'sagittal-t1'],
    ['fluid-suppressed T2', times(110, 9000, 2500, 'IR'), null],
    ['proton density', times(15, 3000), null],
    ['gradient echo of short times', times(10, 500, undefined, 'GR', 'T1'), null],
    ['diffusion', times(90, 5000, undefined, 'EP', 'T2'), null],
    ['between T1 and T2, described as T2', times(50, 2500, undefined, 'SE', 'T2'), 'sagittal-t2'],
    ['between T1 and T2, not described', times(50, 2500), null],
    ['times that contradict the description', times(102, 3500, undefined, 'SE', 'SAG T1'), 'sagittal-t2'],
    ['no times, described as T1', times(null, null, undefined, 'RM', 'T1'), 'sagittal-t1'],
    ['no times, Siemens style', times(null, null, undefined, 'RM', 't2_tse_sag'), 'sagittal-t2'],
    ['no times, T2W', times(null, null, undefined, 'RM', 'Sag T2W TSE'), 'sagittal-t2'],
    ['no times, the challenge', times(null, null, undefined, 'RM', 'Sagittal T2/STIR'), 'sagittal-t2'],
    ['no times, STIR', times(null, null, undefined, 'RM', 'stir sag'), 'sagittal-t2'],
    ['no times, a vertebra', times(null, null, undefined, 'RM', 'T12 level'), null],
    ['no times, T2*', times(null, null, undefined, 'RM', 'T2* sag'), null],
    ['no times, both named', times(null, null, undefined, 'RM', 'T1 T2'), null],
    ['no times, no description', times(null, null), null],
    ['echo time alone, long', times(100, null), 'sagittal-t2'],
    ['echo time alone, short', times(10, null), null],
  ])('%s', (_, attributes, role) => {
    expect(decisionOn(candidate('2.25.20', 'sagittal', attributes), []).role).toBe(role);
  });

  test('axial T1 has no role', () => {
    const axialT1 = decisionOn(candidate('2.25.20', 'axial', T1_TIMES));
    expect(axialT1).toMatchObject({ role: null, chosen: false });
    expect(axialT1.words).toContain('axial T1: no role');
  });
});

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

describe('frames of reference', () => {
  const elsewhere = { '00200052': element('UI', '2.25.77') };
  test('all series chosen share the one in which most roles can be filled', () => {
    const strayT2 = candidate('2.25.40', 'sagittal-t2', elsewhere, { slices: 40, spacingMm: 2 });
    expect(chosenUids([strayT2, T1, T2, AXIAL])['sagittal-t2']).toEqual(['2.25.2']);
    expect(decisionOn(strayT2).words).toContain('lies in another frame of reference');
  });

  test('a role there only in another frame of reference is missing, and why is said', () => {
    const strayAxial = candidate('2.25.41', 'axial-t2', elsewhere);
    const selection = selectSeries([T1, T2, strayAxial], ALL);
    expect(selection.missing).toEqual(['axial-t2']);
    expect(selection.reasons.map(inWords)).toEqual([
      'axial T2 is there (series 41) but lies in another frame of reference than the other series, and is not used',
    ]);
  });
});
