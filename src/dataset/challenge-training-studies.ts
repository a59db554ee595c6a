import { LEVELS } from '../domain/level.ts';
import { inWords } from '../domain/remark.ts';
import { folderReading } from '../evaluation/sources/folder-reading.ts';
import { folderSources } from '../evaluation/sources/folder-sources.ts';
import { localise } from '../inference/localise/localise.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import { markedPlaces } from './marked-places.ts';
import { misplace } from './misplace.ts';
import type { LandmarkTruth, TrainingStudy } from './training-study.ts';

/** A study of the challenge, or why nothing can be learnt from it. */
export type OpenedTrainingStudy =
  | { readonly kind: 'study'; readonly study: TrainingStudy }
  | { readonly kind: 'left-out'; readonly studyId: string; readonly reason: string };

/**
 * Studies in the challenge's layout to train on. Levels are where `pack` finds them, but for the places that a reader
 * marked, which are moved by the error a localiser may make; the localiser learns only the marked ones.
 * @returns one function a study, so that a study is read when it is its turn.
 * @throws CsvError, Error with `syscall`: see folderSources.
 */
export async function challengeTrainingStudies(
  root: string,
  pack: ModelPack,
  { requires, uses, localiser }: PackManifest,
  decode: DecodeFrame,
): Promise<readonly (() => Promise<OpenedTrainingStudy>)[]> {
  const sources = await folderSources(root, root, { requires, uses }, folderReading(decode));
  return sources.map(({ studyId, open }, index) => async () => {
    const leftOut = (reason: string) => ({ kind: 'left-out', studyId, reason }) as const;
    const opened = await open();
    if (opened.kind === 'unlabelled') return leftOut('train.csv has no row of it');
    if (opened.kind === 'ineligible') return leftOut(opened.reasons.map(inWords).join('; '));
    const found = await localise(pack, opened.volumes[pack.manifest.localiser.input.role]!);
    if (found.kind === 'ineligible') return leftOut(found.reasons.map(inWords).join('; '));
    const marked = markedPlaces(opened.places);
    const moved = misplace(
      found.levels.map((level) => ({ ...level, ...marked(level.level) })),
      index,
    );
    const levels = found.levels.map((level, i) => {
      const { discMm, canalMm } = marked(level.level);
      return {
        ...level,
        ...(discMm && { discMm: moved[i]!.discMm }),
        ...(canalMm && { canalMm: moved[i]!.canalMm }),
      };
    });
    const landmarks = LEVELS.map((level): LandmarkTruth => {
      const { discMm = null, canalMm = null } = marked(level);
      return { level, discMm, canalMm };
    });
    const volume = opened.volumes[localiser.input.role]!;
    const study: TrainingStudy = {
      volumes: opened.volumes,
      levels,
      truth: { grade: (key) => opened.grades[key], label: opened.labels },
      localiser: { volume, landmarks },
      foramina: null,
      seed: index,
    };
    return { kind: 'study', study };
  });
}
