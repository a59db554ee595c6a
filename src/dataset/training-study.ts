import type { DiscLabel, LocalisedLevel } from '../domain/assessment.ts';
import type { Level } from '../domain/level.ts';
import type { Point } from '../domain/point.ts';
import type { ClassName } from '../inference/pack/classifier-output.ts';
import type { LandmarkLevel } from '../inference/pack/localiser-spec.ts';
import type { Slice, Volume, Volumes } from '../volume/volume.ts';

/** What is known of a study before a network is trained on it; undefined where nothing is. */
export interface TrainingTruth {
  /** The finest class known of a target: of four grades where there are four, of three otherwise. */
  readonly grade: (targetKey: string) => ClassName | undefined;
  readonly label: (label: DiscLabel, level: Level) => boolean | undefined;
}

/** What the localiser is to find: null where nobody said where it is. */
export interface LandmarkTruth {
  readonly level: LandmarkLevel;
  readonly discMm: Point | null;
  readonly canalMm: Point | null;
}

/** What the foramen finder is to find. */
export interface ForamenTruth {
  readonly slices: readonly Slice[];
  /** With the foramina that are known. */
  readonly levels: readonly LocalisedLevel[];
  /** Whether every foramen is known, so that a slice far from one shows none. */
  readonly whole: boolean;
}

/** A study to take training samples from. */
export interface TrainingStudy {
  readonly volumes: Volumes;
  /** All five levels, placed about as wrongly as a localiser places them. */
  readonly levels: readonly LocalisedLevel[];
  readonly truth: TrainingTruth;
  readonly localiser: { readonly volume: Volume; readonly landmarks: readonly LandmarkTruth[] } | null;
  /** Null where no foramen is known. */
  readonly foramina: ForamenTruth | null;
  /** Makes what is drawn at random for this study its own. */
  readonly seed: number;
}
