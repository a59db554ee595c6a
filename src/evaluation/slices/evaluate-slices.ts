import type { Finding, LocalisedLevel } from '../../domain/assessment.ts';
import type { Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { length, type Point, subtract } from '../../domain/point.ts';
import { SIDES, targetKey } from '../../domain/target.ts';
import { classify } from '../../inference/classify/classify.ts';
import { cropRegions } from '../../inference/crop/crop-regions.ts';
import { detectOnSlice } from '../../inference/foramina/detect-on-slice.ts';
import { finderInput } from '../../inference/foramina/finder-input.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import { axialSlices } from '../../inference/segment/measured-slices.ts';
import { sampleSlice, segmentSlice } from '../../inference/segment/segment-slice.ts';
import { measureSacArea } from '../../measure/measure-axial.ts';
import type { Volumes } from '../../volume/volume.ts';
import type { ReferenceGrades } from '../tables/grades-table.ts';
import type { LabelledSlices } from './slice-source.ts';

/** How the finder did on one labelled foramen. */
export interface FoundForamen {
  readonly level: Level;
  /** To the foramen that the finder takes for the level's, on the labelled slice; null where it saw none. */
  readonly errorMm: number | null;
  /** Whether no other level's label on the slice is nearer to it. */
  readonly numberedRight: boolean;
}

/** What a pack's networks say of labelled slices, each slice by itself. */
export interface SlicesOutcome {
  /** Read at the labelled places. */
  readonly atLabels: readonly Finding[];
  /** Read where the pack's finder sees the foramina; null where it looks for none on these slices. */
  readonly atFound: readonly Finding[] | null;
  readonly grades: ReferenceGrades;
  readonly foramina: readonly FoundForamen[];
  readonly sacs: readonly MeasuredSac[];
}

/** The dural sac on the axial slice of a canal whose grade is known. */
export interface MeasuredSac {
  readonly grade: Grade;
  /** Null where it is not measured. */
  readonly areaMm2: number | null;
}

/**
 * Grades labelled slices by the networks alone, without the stages that choose series and find the discs.
 * @throws Error when a network answers with anything but finite numbers.
 */
export async function evaluateSlices(pack: ModelPack, slices: LabelledSlices): Promise<SlicesOutcome> {
  const { volumes, levels, grades } = slices;
  const atLabels = await findings(pack, volumes, levels);
  const sacs = await measuredSacs(pack, slices);
  const found = await foundLevels(pack, slices);
  if (found === null) return { atLabels, atFound: null, grades, foramina: [], sacs };
  const atFound = await findings(pack, volumes, found.levels);
  return { atLabels, atFound, grades, foramina: found.foramina, sacs };
}

/** Where the pack outlines axial slices. */
async function measuredSacs(
  { segmenters }: ModelPack,
  { volumes, levels, grades }: LabelledSlices,
): Promise<readonly MeasuredSac[]> {
  const across = segmenters.find(({ plane }) => plane === 'axial');
  const volume = across && volumes[across.spec.input.role];
  if (across === undefined || volume === undefined) return [];
  const slices = axialSlices(volume, levels);
  const sacs: MeasuredSac[] = [];
  for (const [i, { level, canalMm }] of levels.entries()) {
    const grade = grades[targetKey({ condition: 'spinal_canal_stenosis', side: null, level })];
    const slice = slices[i];
    if (!grade || !slice) continue;
    const area = measureSacArea(
      await segmentSlice(across, await sampleSlice(across, slice, canalMm)),
      canalMm,
    );
    sacs.push({ grade, areaMm2: 'value' in area ? area.value : null });
  }
  return sacs;
}

async function findings(pack: ModelPack, volumes: Volumes, levels: readonly LocalisedLevel[]) {
  const regions = await cropRegions(pack.manifest.classifiers, volumes, levels);
  return (await classify(pack, regions, levels, volumes)).findings;
}

/** The levels with the foramina that the finder sees on the one slice, numbered by itself. */
async function foundLevels({ manifest, foramenFinder }: ModelPack, { volumes, levels }: LabelledSlices) {
  const spec = manifest.foramenFinder;
  const slices = spec && volumes[spec.input.role]?.slices;
  if (!spec || !foramenFinder || slices?.length !== 1) return null;
  const peaks = await detectOnSlice(foramenFinder, spec, await finderInput(slices[0]!, spec));
  const seen = (level: Level) =>
    peaks.find((peak) => peak.inChain && peak.level === level && peak.score >= spec.minConfidence)?.pointMm;
  const labels = levels.flatMap(({ level, foraminaMm = {} }) =>
    SIDES.flatMap((side) => (foraminaMm[side] ? [{ level, side, pointMm: foraminaMm[side] }] : [])),
  );
  const foramina = labels.map(({ level, pointMm }): FoundForamen => {
    const at = seen(level);
    if (at === undefined) return { level, errorMm: null, numberedRight: false };
    const away = (point: Point) => length(subtract(at, point));
    const errorMm = away(pointMm);
    return { level, errorMm, numberedRight: labels.every((other) => away(other.pointMm) >= errorMm) };
  });
  const found = LEVELS.map((level, i): LocalisedLevel => {
    const { foraminaMm: _, ...place } = levels[i]!;
    const sides = labels.flatMap((label) => {
      const at = label.level === level ? seen(level) : undefined;
      return at === undefined ? [] : [[label.side, at] as const];
    });
    return { ...place, foraminaMm: Object.fromEntries(sides) };
  });
  return { levels: found, foramina };
}
