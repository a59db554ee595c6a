import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { Volumes } from '../../volume/volume.ts';
import { cropRegions, type Regions } from '../crop/crop-regions.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { samplesOf } from './classifier-samples.ts';
import { readableSamples } from './run-classifier.ts';
import { targetsOf } from './votes.ts';

/**
 * Cuts what each classifier is shown of a study. A stand-in, whose heads are all fallbacks, is shown something only where
 * one of its targets is read by no other network; else it is null, and need not run.
 */
export async function regionsToRead(
  specs: readonly ClassifierSpec[],
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<readonly (Regions | null)[]> {
  const readers = specs.filter((spec) => !isStandIn(spec));
  const cut = new Map<ClassifierSpec, Regions>();
  const read = new Set<string>();
  for (const [k, regions] of (await cropRegions(readers, volumes, levels)).entries()) {
    const spec = readers[k]!;
    cut.set(spec, regions);
    const readable = readableSamples(spec, regions);
    for (const sample of regions.samples.filter((_, s) => readable[s])) {
      for (const target of targetsOf(spec, sample, 'grades')) read.add(target);
    }
  }
  const needed = specs.filter(
    (spec) =>
      isStandIn(spec) &&
      samplesOf(spec).some((s) => targetsOf(spec, s, 'fallbacks').some((t) => !read.has(t))),
  );
  for (const [k, regions] of (await cropRegions(needed, volumes, levels)).entries())
    cut.set(needed[k]!, regions);
  return specs.map((spec) => cut.get(spec) ?? null);
}

/** Whether nothing that a network says counts where another one reads the same. */
function isStandIn({ output }: ClassifierSpec): boolean {
  return output.activation === 'softmax' && output.heads.every(({ fallback }) => fallback);
}
