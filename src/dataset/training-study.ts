import type { DiscLabel, LocalisedLevel } from '../domain/assessment.ts';
import type { Level } from '../domain/level.ts';
import type { Point } from '../domain/point.ts';
import type { ClassName } from '../inference/pack/classifier-output.ts';
import type { LandmarkLevel } from '../inference/pack/localiser-spec.ts';
import type { Volume, Volumes } from '../volume/volume.ts';

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

/** A study to take training samples from. */
export interface TrainingStudy {
  readonly volumes: Volumes;
  /** All five levels, placed about as wrongly as a localiser places them. */
  readonly levels: readonly LocalisedLevel[];
  readonly truth: TrainingTruth;
  readonly localiser: { readonly volume: Volume; readonly landmarks: readonly LandmarkTruth[] } | null;
  /** Makes what is drawn at random for this study its own. */
  readonly seed: number;
}
