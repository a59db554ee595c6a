import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidate, element, T2_TIMES } from '../../dicom/image/image.fixture.ts';
import { inWords } from '../../domain/remark.ts';
import { SERIES_ROLES } from '../../domain/series-role.ts';
import type { PlacedHeader } from '../../volume/stack-geometry.ts';
import type { CandidateSeries } from '../candidate-series.ts';
import { selectSeries } from '../select-series.ts';
import { localiserLikeness } from './localiser-likeness.ts';

type Attributes = Parameters<typeof candidate>[2];
const described = (words: string) => ({ '0008103E': element('LO', words) });
const pixels = (mm: number, matrix = 384) => ({
  '00280030': element('DS', mm, mm),
  '00280010': element('US', matrix),
  '00280011': element('US', matrix),
});
const sagittal = (uid: string, attributes: Attributes = {}, stack = {}) =>
  candidate(uid, 'sagittal-t2', { ...described('T2 TSE SAG'), ...attributes }, stack);

function used(candidates: readonly CandidateSeries[]) {
  const { chosen, decisions } = selectSeries(candidates, [], SERIES_ROLES);
  const uids = [...chosen.values()].flat().map(({ seriesInstanceUid }) => seriesInstanceUid);
  return { uids, words: decisions.map(({ reasons }) => reasons.map(inWords).join('; ')) };
}
const points = (series: CandidateSeries) =>
  localiserLikeness(series.headers as readonly PlacedHeader[], 'sagittal').points;

describe('a localiser is not preferred to a diagnostic series', () => {
  const DIAGNOSTIC: readonly [string, CandidateSeries][] = [
    ['plain', sagittal('2.25.1', pixels(0.8))],
    ['fat-suppressed', sagittal('2.25.1', { ...pixels(0.8), '00180022': element('CS', 'FS') })],
    ['with contrast agent', sagittal('2.25.1', { '00180010': element('LO', 'Gd') })],
    ['few slices', sagittal('2.25.1', {}, { slices: 9, spacingMm: 5 })],
    [
      'whose contrast the scanner names',
      candidate('2.25.1', 'sagittal', { '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'T2') }),
    ],
    ['taken again', sagittal('2.25.1', { '00200012': element('IS', 4) })],
  ];
  const LOCALISERS: readonly [string, CandidateSeries][] = [
    ['described as one', sagittal('2.25.9', described('T2_HASTE_SAG_LOC'), { slices: 25 })],
    ['coarse, of more slices', sagittal('2.25.9', pixels(1.4), { slices: 25 })],
    ['a survey of the whole spine', sagittal('2.25.9', pixels(1.05, 512), { slices: 25 })],
    [
      'a fast planning scan of thick slices',
      sagittal('2.25.9', { ...pixels(0.9), '00180050': element('DS', 8) }, { slices: 21, spacingMm: 8 }),
    ],
    [
      'single-shot, coarser and thicker',
      sagittal('2.25.9', { ...described('SSFSE SAG'), ...pixels(1) }, { slices: 25, spacingMm: 6 }),
    ],
    ['taken last, of isotropic pixels', sagittal('2.25.9', pixels(1.3), { slices: 60, spacingMm: 1.3 })],
  ];
  for (const [how, diagnostic] of DIAGNOSTIC) {
    test.each(LOCALISERS)(`${how}: %s`, (_, localiser) => {
      for (const order of [
        [localiser, diagnostic],
        [diagnostic, localiser],
      ]) {
        const { uids, words } = used(order);
        expect(uids).toEqual(['2.25.1']);
        expect(words[order.indexOf(localiser)]).toContain('looks less like a localiser');
      }
    });
  }

  test('nor does its frame of reference decide, however many images lie in it', () => {
    const moved = sagittal(
      '2.25.9',
      { ...pixels(1.4), '00200052': element('UI', '2.25.77') },
      { slices: 40 },
    );
    expect(used([moved, sagittal('2.25.1')]).uids).toEqual(['2.25.1']);
  });

  test('nor are its axial images used beside diagnostic ones, wherever they lie', () => {
    const axial = candidate('2.25.3', 'axial-t2');
    const survey = candidate(
      '2.25.4',
      'axial-t2',
      { ...described('Survey'), ...pixels(1.3) },
      { spacingMm: 7 },
    );
    const { uids, words } = used([survey, axial]);
    expect(uids).toEqual(['2.25.3']);
    expect(words[0]).toContain('looks less like a localiser');
    expect(used([survey]).uids).toEqual(['2.25.4']);
  });
});

describe('words weigh, and refuse nothing', () => {
  test('a description that lies costs a fine series nothing beside a coarse one', () => {
    const lying = sagittal('2.25.1', { ...described('SAG T2 after scout'), ...pixels(0.6) });
    expect(used([sagittal('2.25.9', pixels(1.5), { slices: 25 }), lying]).uids).toEqual(['2.25.1']);
  });

  test('a series that nothing but its description calls a localiser is used where it is alone, and says what it is', () => {
    const noTimes = candidate('2.25.1', 'sagittal', described('T2 SAG LOC'));
    const { uids, words } = used([noTimes]);
    expect(uids).toEqual(['2.25.1']);
    expect(words[0]).toContain('looks like a localiser (3.0 points): the description names a localiser');
  });

  test.each([
    'LOC',
    'loc_sag',
    'Loc2',
    '3-plane loc',
    '3plane',
    'Three Plane',
    'Localizer',
    'LOCALISER_SAG',
    'SCOUT',
    'AAScout',
    'SURVEY_32ch',
    'PlanScan',
    'plan scan',
    'Pilot',
    'Übersicht',
    'UEBERSICHT',
    'Lokalisator',
    'Repérage',
    'Localisateur',
    'Localizador',
    'Localizzatore',
    'Overzicht',
    'Översikt',
    'Lokalizator',
    'Локалайзер',
    '定位像',
    '位置決め',
  ])('%s names a localiser', (words) => {
    expect(points(sagittal('2.25.1', described(words)))).toBe(3);
    expect(points(sagittal('2.25.1', { '00181030': element('LO', words) }))).toBe(3);
  });

  test.each(['T2 TSE SAG', 'BLOC L', 'planche', 'T2 LOCK', 'sag T2 plan L5', 'Block', 'spine routine'])(
    '%s does not',
    (words) => {
      expect(points(sagittal('2.25.1', described(words)))).toBe(0);
    },
  );
});

describe('figures weigh together', () => {
  test('half a millimetre in pixel size outweighs a few slices, not many', () => {
    const fine = sagittal('2.25.1', pixels(0.4, 640));
    const coarse = (slices: number) => sagittal('2.25.9', pixels(0.9), { slices });
    expect(used([coarse(18), fine]).uids).toEqual(['2.25.1']);
    expect(used([coarse(18), fine]).words[0]).toContain('its pixels are finer');
    expect(used([coarse(24), fine]).uids).toEqual(['2.25.9']);
  });

  test('a diagnostic protocol of any usual kind has next to no points', () => {
    for (const mm of [0.3, 0.6, 0.9, 1]) {
      for (const spacingMm of [0.9, 3.3, 4.4, 5.5]) {
        expect(points(sagittal('2.25.1', pixels(mm, 320), { spacingMm }))).toBeLessThanOrEqual(1.001);
      }
    }
  });

  test('noise of pixel sizes and positions does not change which series is used, whatever the order', () => {
    const study = [
      sagittal('2.25.1', pixels(0.8)),
      sagittal('2.25.2', pixels(0.8), { spacingMm: 4.5 }),
      sagittal('2.25.3', pixels(0.85), { slices: 13 }),
      sagittal('2.25.4', { ...pixels(1.4), ...described('scout'), ...T2_TIMES }, { slices: 21 }),
    ];
    const noise = fc.array(fc.double({ min: -0.002, max: 0.002, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(noise, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (off, order) => {
        const noisy = order.map((index): CandidateSeries => {
          const series = study[index]!;
          const headers = series.headers.map((header) => {
            const [x, y, z] = header.imagePositionMm!;
            const mm = header.pixelSpacingMm![0] + off[index]!;
            const imagePositionMm = [x * (1 + off[index]! / 10), y, z] as const;
            return { ...header, imagePositionMm, pixelSpacingMm: [mm, mm] as const };
          });
          return { ...series, headers };
        });
        expect(used(noisy).uids).toEqual(['2.25.1']);
      }),
      { numRuns: 50 },
    );
  });
});
