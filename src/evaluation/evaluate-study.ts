import type { DiscLabel, Finding, LocalisedLevel, Observation } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import { type Ineligible, isIneligible } from '../domain/ineligible.ts';
import type { Level } from '../domain/level.ts';
import { length, type Point, subtract } from '../domain/point.ts';
import type { Warning } from '../domain/remark.ts';
import { targetKey } from '../domain/target.ts';
import type { Regions } from '../inference/crop/crop-regions.ts';
import { grade } from '../inference/grade.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { patientToPixel } from '../volume/plane-geometry.ts';
import type { SlicePlane, Volumes } from '../volume/volume.ts';
import type { ReferenceLabels } from './tables/graded-labels.ts';
import type { GradedRow, GradeIndex, Posteriors } from './tables/graded-row.ts';
import type { ReferenceGrades } from './tables/grades-table.ts';

/** Where a disc's centre, or the canal at a disc's height, truly is. */
export interface TruePlace {
  readonly kind: 'disc' | 'canal';
  readonly level: Level;
  readonly pointMm: Point;
  /** The slice a reader marked it on; null for a place known in space. */
  readonly plane: SlicePlane | null;
}

/** What is known of a study before the networks see it. */
export interface LabelledStudy {
  readonly studyId: string;
  readonly volumes: Volumes;
  readonly grades: ReferenceGrades;
  readonly labels: ReferenceLabels;
  readonly places: readonly TruePlace[];
}

/** One label of one motion segment: the reference and what was predicted. */
export interface LabelRow {
  readonly label: DiscLabel;
  readonly level: Level;
  readonly present: boolean;
  readonly probability: number;
}

export interface PlaceError {
  readonly kind: TruePlace['kind'];
  readonly level: Level;
  /** Distance in space. */
  readonly errorMm: number;
  /** Distance within the slice a reader marked it on, free of the slices' spacing; null for a place known in space. */
  readonly inSliceMm: number | null;
}

export interface EvaluatedStudy {
  readonly studyId: string;
  readonly rows: readonly GradedRow[];
  readonly labelRows: readonly LabelRow[];
  readonly findings: readonly Finding[];
  readonly observations: readonly Observation[];
  readonly levels: readonly LocalisedLevel[];
  /** One a classifier. */
  readonly regions: readonly Regions[];
  readonly placeErrors: readonly PlaceError[];
  /** Whether each place found lies nearer to its own true place than to another level's. */
  readonly numberedRight: boolean;
  readonly warnings: readonly Warning[];
}

export type StudyEvaluation = ({ readonly kind: 'evaluated' } & EvaluatedStudy) | Ineligible;

/**
 * One study graded as the service grades it, beside its labels.
 * @throws Error when a network answers with anything but finite numbers.
 */
export async function evaluateStudy(pack: ModelPack, study: LabelledStudy): Promise<StudyEvaluation> {
  const { studyId, volumes, grades, labels, places } = study;
  const graded = await grade(pack, volumes);
  if (isIneligible(graded)) return graded;
  const { levels, findings, observations, regions, warnings } = graded;
  return {
    kind: 'evaluated',
    studyId,
    rows: gradedRows(findings, grades),
    labelRows: labelRows(observations, labels),
    findings,
    observations,
    levels,
    regions,
    placeErrors: places.map((place) => placeError(place, levels)),
    numberedRight: numberedRight(places, levels),
    warnings,
  };
}

/** The findings that have a reference grade. */
export function gradedRows(findings: readonly Finding[], grades: ReferenceGrades): readonly GradedRow[] {
  return findings.flatMap(({ condition, side, level, probabilities }): GradedRow[] => {
    const grade = grades[targetKey({ condition, side, level })];
    if (grade === undefined) return [];
    const [normalMild, moderate, severe] = GRADES.map((g) => probabilities[g]) as [number, number, number];
    const posteriors: Posteriors = [normalMild, moderate, severe];
    return [{ condition, side, level, truth: GRADES.indexOf(grade) as GradeIndex, posteriors }];
  });
}

/** The observations of which a reference knows whether they are so. */
function labelRows(observations: readonly Observation[], labels: ReferenceLabels): readonly LabelRow[] {
  return observations.flatMap(({ label, level, probability }): LabelRow[] => {
    const present = labels(label, level);
    return present === undefined ? [] : [{ label, level, present, probability }];
  });
}

/** How far what was found lies from where the place is. */
export function placeError(place: TruePlace, levels: readonly LocalisedLevel[]): PlaceError {
  const found = foundPoint(place, levels);
  const { kind, level, pointMm, plane } = place;
  const errorMm = length(subtract(found, pointMm));
  if (plane === null) return { kind, level, errorMm, inSliceMm: null };
  const at = patientToPixel(plane, found);
  const marked = patientToPixel(plane, pointMm);
  const inSliceMm = Math.hypot(
    (at.column - marked.column) * plane.columnSpacingMm,
    (at.row - marked.row) * plane.rowSpacingMm,
  );
  return { kind, level, errorMm, inSliceMm };
}

/** Whether each place found lies nearer to its own true place than to that of another level. */
export function numberedRight(places: readonly TruePlace[], levels: readonly LocalisedLevel[]): boolean {
  return places.every((place) => nearestOfItsKind(place, places, levels).level === place.level);
}

function foundPoint({ kind, level }: TruePlace, levels: readonly LocalisedLevel[]): Point {
  const found = levels.find((candidate) => candidate.level === level)!;
  return kind === 'disc' ? found.discMm : found.canalMm;
}

function nearestOfItsKind(
  place: TruePlace,
  places: readonly TruePlace[],
  levels: readonly LocalisedLevel[],
): TruePlace {
  const found = foundPoint(place, levels);
  const distanceMm = (other: TruePlace) => length(subtract(found, other.pointMm));
  const rivals = places.filter((other) => other.kind === place.kind);
  return rivals.reduce((best, other) => (distanceMm(other) < distanceMm(best) ? other : best), place);
}
