import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { Measurement } from '../../domain/measurement.ts';
import { dot, length, type Point, subtract } from '../../domain/point.ts';
import { quantile } from '../../domain/quantile.ts';
import { LABEL, type Structure, UNTOLD } from '../../domain/structure.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import type { SegmentedPlane } from '../../inference/pack/segmenter-spec.ts';
import { measureLevels } from '../../inference/segment/measure-levels.ts';
import { segment } from '../../inference/segment/segment.ts';
import { type SegmenterNetwork, sampleSlice, segmentSlice } from '../../inference/segment/segment-slice.ts';
import { wholeDiscs } from '../../measure/disc-axis.ts';
import { measureSagittal } from '../../measure/measure-sagittal.ts';
import { type OutlinedSlice, pointOfPlace } from '../../measure/outlined-slice.ts';
import type { PhantomStudy } from '../../phantom/phantom-study.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import { compareOutlines, type Overlap } from './compare-outlines.ts';
import { exactOutlines } from './exact-outlines.ts';
import { comparedForamen, phantomForamina } from './foramina/compare-foramina.ts';
import type { ComparedMeasure } from './judged-measures.ts';
import { labelledOutline } from './labelled-outline.ts';
import { type LocalisedCase, localisedCase } from './localised-case.ts';
import type { MaskedSlice } from './mask-source.ts';
import type { WorstOutlines } from './worst-outlines.ts';

/** How a structure was outlined in one patient. */
export interface OutlinedStructure extends Omit<Overlap, 'surfaceMm'> {
  readonly plane: SegmentedPlane;
  readonly structure: Structure;
  /** 95th percentile of the distances between the borders; null where one has none. */
  readonly surface95Mm: number | null;
}

/** How a pack outlines and measures one patient. */
export interface AnatomyOutcome {
  readonly caseId: string;
  readonly slices: number;
  readonly structures: readonly OutlinedStructure[];
  /** Of each drawn disc, how far the nearest outlined one's centre lies off, mm; null where none was outlined. */
  readonly discsMm: readonly (number | null)[];
  readonly measures: readonly ComparedMeasure[];
  /** Where the levels were looked for as in a study; null where they are given. */
  readonly localiser: LocalisedCase | null;
}

/** The structures that masks of a folder tell apart. */
const DRAWN = ['disc', 'vertebra', 'sac'] as const;
const EXACT = ['disc', 'vertebra', 'sac', 'epidural'] as const;
/** Discs are looked for and measured on masked slices that lie so near to the one that shows most of the canal, mm. */
const NEAR_MIDDLE_MM = 4;
/** Discs beyond this are those of another level, mm. */
const SAME_DISC_MM = 15;
/** A disc so near to the border of the network's square is not asked for, mm. */
const WHOLE_MM = 24;

/** One case of masked slices: its levels as the localiser finds them, and each slice outlined by itself. */
export async function maskedOutcome(
  pack: ModelPack,
  caseId: string,
  slices: readonly MaskedSlice[],
  middleOf: (slice: MaskedSlice) => Point,
  worst: WorstOutlines | null,
): Promise<AnatomyOutcome> {
  const network = pack.segmenters.find(({ plane }) => plane === 'sagittal')!;
  const shown = slices.filter(({ discs }) => discs.length > 1);
  const canal = shown.map(({ labels }) =>
    labels.reduce((sum, label) => sum + (label === LABEL.sac ? 1 : 0), 0),
  );
  const middle = shown[canal.indexOf(Math.max(...canal))];
  const overlaps = new OverlapSums();
  const discsMm: (number | null)[] = [];
  const measures: ComparedMeasure[] = [];
  for (const each of shown) {
    const { slice, labels, discs } = each;
    const outlined = await segmentSlice(network, await sampleSlice(network, slice, middleOf(each)));
    const compared = compareOutlines(outlined, slice, labels, DRAWN);
    overlaps.add('sagittal', compared.overlaps);
    worst?.see(each.name, slice, compared);
    const centres = discs.map(({ column, row }) => pixelToPatient(slice.plane, column, row));
    const inside = centres.filter((centre) => isWithin(outlined, centre));
    const known = labels.map((label) => (label === UNTOLD ? LABEL.none : label));
    const drawn = labelledOutline(slice, network.spec.input.role, known, { ...outlined.grid });
    measures.push(...inside.flatMap((centre) => comparedForamen(outlined, drawn, centre)));
    const aside = Math.abs(slice.plane.originMm[0] - (middle?.slice.plane.originMm[0] ?? 0));
    if (aside > NEAR_MIDDLE_MM) continue;
    discsMm.push(...inside.map((centre) => discError(outlined, centre)));
    // The sacrum is not drawn, so no slip is known; what is drawn as canal is the sac.
    for (const centre of inside) {
      const [found, truth] = [measureSagittal(outlined, centre), measureSagittal(drawn, centre)];
      for (const measure of ['sac-diameter', 'disc-height'] as const) {
        measures.push({ measure, found: valueIn(found[measure]), truth: valueIn(truth[measure]) });
      }
    }
  }
  const localiser = await localisedCase(pack, slices);
  return { caseId, slices: shown.length, structures: overlaps.structures(), discsMm, measures, localiser };
}

/** A phantom's slices that its levels are measured on, at the true levels, and its foramina. */
export async function phantomOutcome(
  segmenters: readonly SegmenterNetwork[],
  study: PhantomStudy,
  worst: WorstOutlines | null,
): Promise<AnatomyOutcome> {
  const levels = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));
  const found = await segment({ segmenters }, study.volumes, levels);
  const exact = exactOutlines(study.volumes, levels);
  const overlaps = new OverlapSums();
  const seen = new Set<OutlinedSlice>();
  const discsMm: (number | null)[] = [];
  for (const plane of ['sagittal', 'axial'] as const) {
    const role = plane === 'sagittal' ? 'sagittal-t2' : 'axial-t2';
    for (const outlined of found?.[plane] ?? []) {
      if (typeof outlined === 'string' || seen.has(outlined)) continue;
      seen.add(outlined);
      const slice = study.volumes[role]!.slices.find(({ image }) => image === outlined.image)!;
      const compared = compareOutlines(outlined, slice, slice.structures(), EXACT);
      overlaps.add(plane, compared.overlaps);
      worst?.see(`phantom ${study.seed}, ${plane}`, slice, compared);
    }
  }
  for (const [i, level] of levels.entries()) {
    const [own, other] = [found?.sagittal[i], exact.sagittal[i]];
    if (typeof own === 'object' && typeof other === 'object') {
      const centre = discCentre(other, level.discMm);
      if (centre) discsMm.push(discError(own, centre));
    }
  }
  const along = segmenters.find(({ plane }) => plane === 'sagittal');
  const measures =
    found === null || along === undefined
      ? []
      : [
          ...comparedMeasures(levels, await measureLevels(levels, found), await measureLevels(levels, exact)),
          ...(await phantomForamina(along, study, levels)),
        ];
  return {
    caseId: `phantom-${study.seed}`,
    slices: seen.size,
    structures: overlaps.structures(),
    discsMm,
    measures,
    localiser: null,
  };
}

function comparedMeasures(
  levels: readonly LocalisedLevel[],
  found: readonly Measurement[],
  truth: readonly Measurement[],
): readonly ComparedMeasure[] {
  return levels.flatMap(({ level }) =>
    found
      .filter((each) => each.level === level)
      .map((each): ComparedMeasure => {
        const other = truth.find((of) => of.level === level && of.measure === each.measure)!;
        return { measure: each.measure, found: valueIn(each), truth: valueIn(other) };
      }),
  );
}

const valueIn = (of: { readonly value: number } | { readonly absent: string }) =>
  'value' in of ? of.value : null;

/** The centre of the outlined disc nearest to a point; null where none is near. */
function discCentre(outlined: OutlinedSlice, near: Point): Point | null {
  const centres = wholeDiscs(outlined)
    .map((part) => pointOfPlace(outlined.grid, part))
    .sort((a, b) => length(subtract(a, near)) - length(subtract(b, near)));
  const [nearest] = centres;
  return nearest && inPlaneDistance(outlined, nearest, near) <= SAME_DISC_MM ? nearest : null;
}

function discError(outlined: OutlinedSlice, centre: Point): number | null {
  const found = discCentre(outlined, centre);
  return found && inPlaneDistance(outlined, found, centre);
}

/** Between two points, along the slice. */
function inPlaneDistance(
  { grid: { columnDirection, rowDirection } }: OutlinedSlice,
  a: Point,
  b: Point,
): number {
  const between = subtract(a, b);
  return Math.hypot(dot(between, columnDirection), dot(between, rowDirection));
}

/** Whether the square shows a disc there whole. */
function isWithin({ grid }: OutlinedSlice, point: Point): boolean {
  const reach = (grid.size * grid.mmPerPixel) / 2 - WHOLE_MM;
  const from = subtract(point, grid.centreMm);
  return [grid.columnDirection, grid.rowDirection].every(
    (direction) => Math.abs(dot(from, direction)) <= reach,
  );
}

/** Overlaps of one patient's slices, added up. */
class OverlapSums {
  readonly #sums = new Map<string, { plane: SegmentedPlane; structure: Structure; all: Overlap[] }>();
  add(plane: SegmentedPlane, overlaps: ReadonlyMap<Structure, Overlap>): void {
    for (const [structure, overlap] of overlaps) {
      const key = `${plane} ${structure}`;
      const sum = this.#sums.get(key) ?? { plane, structure, all: [] };
      sum.all.push(overlap);
      this.#sums.set(key, sum);
    }
  }
  structures(): readonly OutlinedStructure[] {
    return [...this.#sums.values()].map(({ plane, structure, all }) => {
      const sum = (of: 'both' | 'found' | 'drawn') => all.reduce((total, each) => total + each[of], 0);
      const surface = all.flatMap(({ surfaceMm }) => surfaceMm);
      const surface95Mm = surface.length === 0 ? null : quantile(surface, 0.95);
      return { plane, structure, both: sum('both'), found: sum('found'), drawn: sum('drawn'), surface95Mm };
    });
  }
}
