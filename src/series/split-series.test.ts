import { describe, expect, test } from 'vitest';
import { candidate, element, T1_TIMES, T2_TIMES } from '../dicom/image/image.fixture.ts';
import type { ImageHeader } from '../dicom/image/image-header.ts';
import { inWords } from '../domain/remark.ts';
import { SERIES_ROLES, type SeriesRole } from '../domain/series-role.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { selectSeries } from './select-series.ts';

type Kind = Parameters<typeof candidate>[1];
type ImageSet = readonly [kind: Kind, attributes?: Parameters<typeof candidate>[2], slices?: number];

/** Images of several kinds under one series UID. */
function mixed(sets: readonly ImageSet[]): CandidateSeries {
  const series = candidate('2.25.7', 'axial');
  const { seriesInstanceUid } = series;
  const headers = sets.flatMap(([kind, attributes = {}, slices = 15], set) =>
    candidate(`2.25.7.${set}`, kind, attributes, { slices }).headers.map(
      (header): ImageHeader => ({ ...header, seriesInstanceUid }),
    ),
  );
  return { ...series, instanceCount: headers.length, headers };
}

function assess(...sets: readonly ImageSet[]) {
  const { decisions, chosen } = selectSeries([mixed(sets)], [], SERIES_ROLES);
  const uids = (role: SeriesRole) =>
    chosen.get(role)?.flatMap(({ headers }) => headers.map((h) => h.sopInstanceUid));
  return {
    roles: decisions.map(({ role }) => role),
    words: decisions.map(({ reasons }) => reasons.map(inWords).join('; ')),
    uids,
    chosen,
  };
}
const uidsOf = (set: number, slices = 15) =>
  Array.from({ length: slices }, (_, i) => `2.25.7.${set}.${i + 1}`);

describe('one series of several sets of images', () => {
  test('two contrasts of one plane serve two roles, and each says of which images it is', () => {
    const { roles, words, uids } = assess(['sagittal', T1_TIMES], ['sagittal', T2_TIMES]);
    expect([...roles].sort()).toEqual(['sagittal-t1', 'sagittal-t2']);
    expect(uids('sagittal-t1')).toEqual(uidsOf(0));
    expect(uids('sagittal-t2')).toEqual(uidsOf(1));
    for (const each of words)
      expect(each).toContain('holds 2 sets of images; 15 of 30 images are meant here');
    for (const each of words) expect(each).toContain('another set: ');
  });

  test('two echoes of one acquisition: the one that is T2 is used, the proton density one named', () => {
    const echoes = [15, 95].map((te) => ({ '00180081': element('DS', te), '00180080': element('DS', 3500) }));
    const { roles, words, uids } = assess(['sagittal', echoes[0]], ['sagittal', echoes[1]]);
    expect(roles).toEqual(['sagittal-t2']);
    expect(uids('sagittal-t2')).toEqual(uidsOf(1));
    expect(words[0]).toMatch(/another set: .*TE 15 ms, TR 3500 ms: proton density-weighted/);
  });

  test('two planes', () => {
    const { roles, uids } = assess(['sagittal', T2_TIMES], ['axial', T2_TIMES, 12]);
    expect([...roles].sort()).toEqual(['axial-t2', 'sagittal-t2']);
    expect(uids('axial-t2')).toEqual(uidsOf(1, 12));
  });

  test('three planes are a localiser however many slices each has', () => {
    const { roles, words } = assess(
      ['sagittal', T2_TIMES, 20],
      ['axial', T2_TIMES, 20],
      ['coronal', T2_TIMES, 20],
    );
    expect(roles).toEqual([null]);
    expect(words[0]).toContain('several orientations (20 axial, 20 coronal, 20 sagittal)');
  });

  test('of several points in time the first is used', () => {
    const at = (time: number) => ({ ...T2_TIMES, '00200100': element('IS', time) });
    const { roles, words, uids } = assess(['sagittal', at(2)], ['sagittal', at(1)], ['sagittal', at(3)]);
    expect(roles).toEqual(['sagittal-t2']);
    expect(uids('sagittal-t2')).toEqual(uidsOf(1));
    expect(words[0]).toContain('of 3 time points one is used, 30 images left out');
  });

  test('of repeated acquisitions the first that is whole', () => {
    const at = (acquisition: number) => ({ ...T2_TIMES, '00200012': element('IS', acquisition) });
    const { words, uids } = assess(['sagittal', at(1), 6], ['sagittal', at(2)]);
    expect(uids('sagittal-t2')).toEqual(uidsOf(1));
    expect(words[0]).toContain('of 2 acquisitions one is used, 6 images left out');
  });

  test('interleaved acquisitions, each with other places, are one stack', () => {
    const whole = candidate('2.25.7', 'sagittal-t2');
    const headers = whole.headers.map((header, i) => ({ ...header, acquisitionNumber: 1 + (i % 2) }));
    const { chosen } = selectSeries([{ ...whole, headers }], ['sagittal-t2']);
    expect(chosen.get('sagittal-t2')?.[0]?.headers).toHaveLength(15);
  });

  test('the in-phase and water images of a Dixon acquisition: in-phase, as it is not fat-suppressed', () => {
    const image = (part: string) => ({
      ...T2_TIMES,
      '00080008': element('CS', 'DERIVED', 'PRIMARY', 'DIXON', part),
    });
    const { roles, words, uids } = assess(
      ['sagittal', image('WATER')],
      ['sagittal', image('IN_PHASE')],
      ['sagittal', image('FAT')],
      ['sagittal', image('OPP_PHASE')],
    );
    expect(roles).toEqual(['sagittal-t2']);
    expect(uids('sagittal-t2')).toEqual(uidsOf(1));
    expect(words[0]).toContain('in-phase image of a Dixon acquisition');
    expect(words[0]).toContain('fat image of a Dixon acquisition');
    expect(words[0]).toContain('opposed-phase image of a Dixon acquisition');
  });

  test('echo times that vary a little from slice to slice are one contrast', () => {
    const whole = candidate('2.25.7', 'sagittal-t2');
    const headers = whole.headers.map((header, i) => ({ ...header, echoTimeMs: 100 + i * 1.5 }));
    const { chosen } = selectSeries([{ ...whole, headers }], ['sagittal-t2']);
    expect(chosen.get('sagittal-t2')?.[0]?.headers).toHaveLength(15);
  });
});

describe('images that cannot be used', () => {
  test.each([
    ['phase images', { '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'P', 'ND') }, 'phase'],
    ['diffusion', { '00189087': element('FD', 800) }, 'b-value'],
    ['a map', { '00080008': element('CS', 'DERIVED', 'PRIMARY', 'T2 MAP') }, 'computed map'],
    ['a projection', { '00080008': element('CS', 'DERIVED', 'SECONDARY', 'PROJECTION IMAGE') }, 'projected'],
    ['myelography', { '00180081': element('DS', 700), '00180080': element('DS', 8000) }, 'myelography'],
    [
      'a fast gradient echo that names no sequence',
      { '00180081': element('DS', 2), '00180080': element('DS', 5) },
      'too short a repetition',
    ],
  ])('%s', (_, attributes, said) => {
    const { roles, words } = assess(['sagittal', { ...T2_TIMES, ...attributes }]);
    expect(roles).toEqual([null]);
    expect(words[0]).toContain(said);
  });

  test('one image without a place in the patient spoils its series: the disc may lie in the hole', () => {
    const broken = candidate('2.25.8.1', 'sagittal-t2', { '00200032': element('DS') }, { slices: 1 });
    const whole = candidate('2.25.7', 'sagittal-t2');
    const headers = [...whole.headers, ...broken.headers];
    const { decisions } = selectSeries([{ ...whole, instanceCount: 16, headers }], ['sagittal-t2']);
    expect(decisions[0]).toMatchObject({ role: null, chosen: false });
    expect(decisions[0]!.reasons.map(inWords)).toEqual([
      '1 of 16 images: no ImagePositionPatient (0020,0032)',
      'a series with broken images is not used',
    ]);
  });
});

describe('the best of several sagittal series', () => {
  test('is the one that shows the places of the axial slices, whatever else speaks for another', () => {
    const axial = candidate('2.25.3', 'axial-t2');
    const few = candidate('2.25.20', 'sagittal-t2', {}, { slices: 9 });
    const placed = few.headers.map(
      (header, i): ImageHeader => ({ ...header, imagePositionMm: [i * 4, -100, 150] }),
    );
    const here = { ...few, headers: placed };
    const thorax = candidate(
      '2.25.21',
      'sagittal-t2',
      { '00200032': element('DS', 0, -100, 500) },
      { slices: 30 },
    );
    const headers = thorax.headers.map(
      (header, i): ImageHeader => ({ ...header, imagePositionMm: [i * 2, -100, 900] }),
    );
    const { chosen, decisions } = selectSeries(
      [{ ...thorax, headers }, here, axial],
      ['sagittal-t2', 'axial-t2'],
    );
    expect(chosen.get('sagittal-t2')?.[0]?.seriesInstanceUid).toBe('2.25.20');
    expect(inWords(decisions[0]!.reasons.at(-1)!)).toContain(
      'series number 20 was preferred because it shows more of the places',
    );
  });
});
