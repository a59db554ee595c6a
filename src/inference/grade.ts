import type { GradedStudy } from '../domain/assessment.ts';
import { type Ineligible, ineligible, isIneligible } from '../domain/ineligible.ts';
import { disagreements } from '../domain/measured-otherwise.ts';
import { orIneligible } from '../domain/or-ineligible.ts';
import { remark, type Warning } from '../domain/remark.ts';
import { type ObserveStage, unobserved } from '../domain/stage.ts';
import { contoursOf } from '../measure/contours.ts';
import type { OutlinedLevels } from '../measure/outlined-slice.ts';
import type { Volumes } from '../volume/volume.ts';
import { classify } from './classify/classify.ts';
import { judgeFindings } from './classify/judge-findings.ts';
import { regionsToRead } from './classify/regions-to-read.ts';
import type { Regions } from './crop/crop-regions.ts';
import { findPlaces, type Places } from './find-places.ts';
import { InferenceError } from './network/remote/inference-error.ts';
import { endingWith } from './pack/ending-with.ts';
import type { ModelPack } from './pack/model-pack.ts';
import { measureLevels, slicesOf } from './segment/measure-levels.ts';
import { segmentAxial } from './segment/segment.ts';

/** What the networks of a pack say of a study. */
export interface Grading
  extends Pick<
    GradedStudy,
    'levels' | 'findings' | 'observations' | 'measurements' | 'contours' | 'algorithm'
  > {
  readonly kind: 'graded';
  readonly warnings: readonly Warning[];
  /** What each classifier was shown; null where it was not needed. */
  readonly regions: readonly (Regions | null)[];
  /** What was measured on; null where the pack has no segmenter. */
  readonly outlines: OutlinedLevels | null;
}

/**
 * From volumes to grades: the discs are found, the regions around them cut, the networks asked; and what the pack can
 * outline is measured.
 * @param volumes one a role; that of the localiser is there.
 * @returns the reasons where no lumbar spine is to be seen, an image cannot be decoded or no network found what it
 *   reads.
 * @param signal ends what runs on an inference server, and begins no further run of a network.
 * @throws Error when a network answers with anything but finite numbers; InferenceError where an inference server does not
 *   answer, or came to be another one meanwhile.
 */
export async function grade(
  loaded: ModelPack,
  volumes: Volumes,
  observe: ObserveStage = unobserved,
  signal?: AbortSignal,
): Promise<Grading | Ineligible> {
  const pack = signal === undefined ? loaded : endingWith(loaded, signal);
  const { classifiers } = pack.manifest;
  const { algorithm } = pack;
  const places = await observe('localise', () => orIneligible(() => findPlaces(pack, volumes)));
  if (isIneligible(places)) return places;
  const { levels } = places;
  const regions = await observe('crop', () =>
    orIneligible(() => regionsToRead(classifiers, volumes, levels)),
  );
  if (isIneligible(regions)) return regions;
  // Neither waits for the other: they are networks of their own.
  const [classified, outlined] = await observe('classify', () =>
    Promise.all([classify(pack, regions, levels, volumes), outline(pack, volumes, places)]),
  );
  const { findings, observations, warnings } = classified;
  const { outlines, contours, measurements } = outlined;
  if (findings.length + observations.length === 0) {
    return ineligible(...warnings.map(({ facts }) => remark('nothing-graded', facts)));
  }
  if (outlines !== null && isIneligible(outlines)) return outlines;
  if (pack.algorithm !== algorithm) {
    throw new InferenceError('inference-fault', 'the inference server changed in the middle of the study');
  }
  const judged = judgeFindings(pack.manifest, findings);
  const otherwise = disagreements(judged, observations, measurements ?? []);
  return {
    kind: 'graded',
    algorithm,
    levels,
    findings: judged,
    observations,
    ...(measurements && { measurements, contours }),
    outlines,
    warnings: [
      ...places.warnings,
      ...warnings,
      ...(otherwise.length > 0 ? [remark('measured-otherwise', { disagreements: otherwise })] : []),
    ],
    regions,
  };
}

/** What the pack can outline, the lines of it, and what is measured on it. */
async function outline(pack: ModelPack, volumes: Volumes, { levels, sagittal }: Places) {
  if (sagittal === null) return { outlines: null, contours: [], measurements: null };
  const axial = await orIneligible(() => segmentAxial(pack, volumes, levels));
  if (isIneligible(axial)) return { outlines: axial, contours: [], measurements: null };
  const outlines = { sagittal, axial };
  const contours = await contoursOf(slicesOf(outlines));
  return { outlines, contours, measurements: await measureLevels(levels, outlines) };
}
