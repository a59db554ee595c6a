import type { Level } from '../domain/level.ts';
import type { Point } from '../domain/point.ts';
import type { TruePlace } from '../evaluation/sources/labelled-study.ts';

/** What is marked of a level: only those keys are there. */
export function markedPlaces(places: readonly TruePlace[]) {
  const pointOf = (kind: TruePlace['kind'], level: Level) =>
    places.find((place) => place.kind === kind && place.level === level)?.pointMm;
  return (level: Level): { readonly discMm?: Point; readonly canalMm?: Point } => {
    const [discMm, canalMm] = [pointOf('disc', level), pointOf('canal', level)];
    return { ...(discMm && { discMm }), ...(canalMm && { canalMm }) };
  };
}
