import type { Code } from '../../domain/catalogue.ts';
import { isIneligible } from '../../domain/ineligible.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { codeOf } from '../../domain/remark.ts';
import { findPlaces } from '../../inference/find-places.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import type { MaskedSlice } from './mask-source.ts';
import { maskedLandmarks } from './masked-landmarks.ts';
import { maskedVolume } from './masked-volume.ts';

/** Every fourth slice, which are 0.9 mm apart: as far as those of a lumbar protocol. */
const STEP = 4;

/** How far what the localiser found of a level lies off, along the slice, mm; null where it found no lumbar spine. */
export interface LocalisedPlace {
  readonly level: Level;
  readonly discMm: number | null;
  readonly canalMm: number | null;
  /** Whether a dural sac is drawn behind the disc: else nothing is known of the canal. */
  readonly canalDrawn: boolean;
}

/** How a pack's localiser does on one case. */
export interface LocalisedCase {
  readonly localised: boolean;
  /** Whether every disc found lies nearest to the drawn disc of its level. */
  readonly numberedRight: boolean;
  /** Why it was not localised, or of what is doubtful. */
  readonly codes: readonly Code[];
  readonly places: readonly LocalisedPlace[];
}

/** Finds the levels on a case as in a study, and compares with its masks. Null where fewer than two discs are drawn. */
export async function localisedCase(
  pack: ModelPack,
  slices: readonly MaskedSlice[],
): Promise<LocalisedCase | null> {
  const landmarks = maskedLandmarks(slices);
  if (landmarks.length < 2) return null;
  const first = Math.floor(slices.length / 2) % STEP;
  const found = await findPlaces(pack, { 'sagittal-t2': maskedVolume(slices, STEP, first) });
  const drawn = (level: Level) => landmarks.find((each) => each.level === level);
  const asked = LEVELS.filter((level) => drawn(level) !== undefined);
  const codes = (isIneligible(found) ? found.reasons : found.warnings).flatMap((said) => codeOf(said) ?? []);
  if (isIneligible(found)) {
    const places = asked.map((level) => ({
      ...{ level, discMm: null, canalMm: null },
      canalDrawn: drawn(level)!.canalMm !== null,
    }));
    return { localised: false, numberedRight: false, codes, places };
  }
  const of = (level: Level) => found.levels.find((each) => each.level === level)!;
  return {
    localised: true,
    numberedRight: asked.every((level) => {
      const away = (other: { readonly discMm: Point }) => alongSlice(of(level).discMm, other.discMm);
      return landmarks.every((other) => away(other) >= away(drawn(level)!));
    }),
    codes,
    places: asked.map((level) => {
      const { discMm, canalMm } = drawn(level)!;
      return {
        level,
        discMm: alongSlice(of(level).discMm, discMm),
        canalMm: canalMm && alongSlice(of(level).canalMm, canalMm),
        canalDrawn: canalMm !== null,
      };
    }),
  };
}

/** Masked slices are sagittal: x is across them. */
function alongSlice([, ay, az]: Point, [, by, bz]: Point): number {
  return Math.hypot(ay - by, az - bz);
}
