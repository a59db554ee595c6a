import type { AnatomicalPlane } from '../../domain/anatomical-plane.ts';
import { lowerMedian } from '../../domain/quantile.ts';
import type { LocaliserSign } from '../../domain/series-remarks/localiser-signs.ts';
import { headFeetExtentMm, medianSliceSpacingMm, type PlacedHeader } from '../../volume/stack-geometry.ts';

/** How much a series looks like one that others were planned on. */
export interface LocaliserLikeness {
  /** 0 for most diagnostic series; a localiser has 3 and more. */
  readonly points: number;
  /** What speaks for it. */
  readonly signs: readonly LocaliserSign[];
}

const PLANNED_ON_POINTS = 3;
const SINGLE_SHOT_POINTS = 1.5;
/** Diagnostic pixels are finer, diagnostic slices thinner, and a field for the lumbar spine is smaller than these. */
const FINE_PIXEL_MM = 0.9;
const POINTS_A_PIXEL_MM = 10;
const MAX_PIXEL_POINTS = 6;
const THIN_SLICE_MM = 5.5;
const MAX_SLICE_POINTS = 3;
const LUMBAR_FIELD_MM = 380;
const FIELD_MM_A_POINT = 80;
const MAX_FIELD_POINTS = 1.5;
const MANY_SAGITTAL_SLICES = 10;
const POINTS_A_SLICE = 0.5;

/** In English, German, French, Spanish, Portuguese, Italian, Dutch, Danish, Norwegian, Swedish and Polish; without accents. */
const PLANNED_ON_WORDS = new Set(
  (
    'LOC LOCS SCOUT SURVEY PILOT PLANSCAN PLANNING SCANOGRAM TOPOGRAM TOPOGRAMA TRIPLANE TRIPLANAR PLANUNG ' +
    'UBERSICHT UEBERSICHT REPERAGE PLANIFICACION PLANEAMENTO CENTRATURA OVERZICHT OVERSIGT OVERSIKT'
  ).split(' '),
);
/** LOCALIZER, LOCALISATEUR, LOCALIZADOR, LOCALIZZATORE, LOKALISATOR, LOKALIZATOR … */
const PLANNED_ON_STEMS = [
  'LOCALIS',
  'LOCALIZ',
  'LOKALIS',
  'LOKALIZ',
  'SCOUT',
  'SURVEY',
  'ЛОКАЛ',
  '定位',
  '位置決',
];
/** Words that scanners write with or without a gap between them. */
const PLANNED_ON_PAIRS = ['3 PLANE', 'THREE PLANE', 'TRI PLANE', '3 PL', 'PLAN SCAN', '3 PLAN'];
/** One excitation an image: fast and blurred. */
const SINGLE_SHOT_WORDS = new Set('HASTE SSFSE SSTSE SSH FASE SSHTSE'.split(' '));

/**
 * Weighs what the description says, pixel size, slice thickness or spacing, field of view and slice count together. No
 * sign refuses a series; a difference in points tells which of two is to be preferred (docs/series-selection.md).
 * @param headers the images of one set, at least one.
 */
export function localiserLikeness(
  headers: readonly PlacedHeader[],
  plane: AnatomicalPlane,
): LocaliserLikeness {
  const signs = [...wordSigns(headers[0]!), ...geometrySigns(headers, plane)].filter(
    ({ points }) => points > 0,
  );
  return {
    points: signs.reduce((sum, { points }) => sum + points, 0),
    signs: signs.map(({ of }) => of),
  };
}

interface Sign {
  readonly points: number;
  readonly of: LocaliserSign;
}

function wordSigns({ seriesDescription, protocolName }: PlacedHeader): Sign[] {
  const words = `${seriesDescription} ${protocolName}`
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => word !== '');
  const text = ` ${words.join(' ')} `;
  const plannedOn =
    words.some((word) => PLANNED_ON_WORDS.has(word.replaceAll(/\d/g, ''))) ||
    words.some((word) => PLANNED_ON_STEMS.some((stem) => word.includes(stem))) ||
    PLANNED_ON_PAIRS.some(
      (pair) => text.includes(` ${pair} `) || text.includes(` ${pair.replace(' ', '')} `),
    );
  const singleShot = words.some((word) => SINGLE_SHOT_WORDS.has(word)) || text.includes(' SINGLE SHOT ');
  return [
    { points: plannedOn ? PLANNED_ON_POINTS : 0, of: { sign: 'named' } },
    { points: singleShot ? SINGLE_SHOT_POINTS : 0, of: { sign: 'single-shot' } },
  ];
}

function geometrySigns(headers: readonly PlacedHeader[], plane: AnatomicalPlane): Sign[] {
  const pixelMm = Math.max(...headers[0]!.pixelSpacingMm);
  const thicknesses = headers.map((header) => header.sliceThicknessMm).filter((mm) => mm !== null);
  const sliceMm = Math.max(lowerMedian(thicknesses) ?? 0, medianSliceSpacingMm(headers) ?? 0);
  const fieldMm = plane === 'sagittal' ? headFeetExtentMm(headers[0]!) : 0;
  const fewer = plane === 'sagittal' ? MANY_SAGITTAL_SLICES - headers.length : 0;
  const upTo = (most: number, points: number) => Math.min(most, Math.max(0, points));
  return [
    {
      points: upTo(MAX_PIXEL_POINTS, (pixelMm - FINE_PIXEL_MM) * POINTS_A_PIXEL_MM),
      of: { sign: 'pixels', mm: pixelMm },
    },
    { points: upTo(MAX_SLICE_POINTS, sliceMm - THIN_SLICE_MM), of: { sign: 'slices', mm: sliceMm } },
    {
      points: upTo(MAX_FIELD_POINTS, (fieldMm - LUMBAR_FIELD_MM) / FIELD_MM_A_POINT),
      of: { sign: 'field', mm: fieldMm },
    },
    { points: Math.max(0, fewer * POINTS_A_SLICE), of: { sign: 'few-slices', slices: headers.length } },
  ];
}
