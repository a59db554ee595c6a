import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Finding, LocalisedLevel } from '../../src/domain/assessment.ts';
import { classify } from '../../src/inference/classify/classify.ts';
import { cropRegions } from '../../src/inference/crop/crop-regions.ts';
import { localise } from '../../src/inference/localise/localise.ts';
import { loadModelPack } from '../../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../../src/inference/pack/model-pack.ts';
import { type AlterImage, phantomDicom } from '../../src/phantom/dicom/phantom-dicom.ts';
import type { PhantomStudy } from '../../src/phantom/phantom-study.ts';
import type { Volumes } from '../../src/volume/volume.ts';
import { readObjects } from './read-objects.ts';
import { renderedPhantom } from './rendered-phantom.ts';

const PACK = fileURLToPath(new URL('../../models/default', import.meta.url));
export const WHEN = { studyDate: '20240131', studyTime: '101500' };

export interface Seen {
  readonly volumes: Volumes;
  readonly levels: readonly LocalisedLevel[];
  /** What the classifiers are given. */
  readonly tensors: readonly Float32Array[];
  readonly masks: readonly Float32Array[];
  readonly findings: () => Promise<readonly Finding[]>;
}

/**
 * What real studies do (each test of test/real-studies-*.test.ts names its point), on a phantom that does the same:
 * what the networks see must be what they see of the phantom left alone. Point 14 is tested with every syntax beside
 * the decoders, 17 in src/evaluation/tables/challenge-tables.test.ts.
 */
export function realStudiesBench() {
  let pack: ModelPack;
  let study: PhantomStudy;
  let undisturbed: Seen;

  beforeAll(async () => {
    pack = await loadModelPack(PACK, { preferred: ['cpu'], required: true }, 2);
    study = renderedPhantom(77, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
    undisturbed = await see(written());
  }, 120_000);
  afterAll(() => pack.close());

  const written = (alter?: AlterImage) => phantomDicom(study, WHEN, alter).map(({ bytes }) => bytes);

  async function seeVolumes(volumes: Volumes): Promise<Seen> {
    const localisation = await localise(pack, volumes['sagittal-t2']!);
    if (localisation.kind !== 'localised') throw new Error(localisation.reasons.join());
    const { levels } = localisation;
    const regions = await cropRegions(pack.manifest.classifiers, volumes, levels);
    return {
      volumes,
      levels,
      tensors: regions.flatMap(({ inputs }) => inputs),
      masks: regions.map(({ mask }) => mask),
      findings: async () => (await classify(pack, regions, levels, volumes)).findings,
    };
  }

  const see = async (objects: readonly Uint8Array[]) => seeVolumes((await readObjects(objects)).volumes);

  return {
    get pack() {
      return pack;
    },
    /** What is seen of the phantom left alone. */
    get undisturbed() {
      return undisturbed;
    },
    /** The phantom's objects, altered. */
    written,
    see,
    seeVolumes,
    expectUndisturbed: async (objects: readonly Uint8Array[]) =>
      expectTheSame(await see(objects), undisturbed),
  };
}

/** Places to a tenth of a millimetre and grey values to a thousandth: the rounding of text and of interpolation. */
function expectTheSame(seen: Seen, undisturbed: Seen): void {
  for (const [i, { discMm }] of seen.levels.entries()) {
    const before = undisturbed.levels[i]!.discMm;
    expect(Math.hypot(...discMm.map((mm, axis) => mm - before[axis]!))).toBeLessThan(0.1);
  }
  expect(seen.masks).toEqual(undisturbed.masks);
  expect(largestDifference(seen, undisturbed)).toBeLessThan(2e-3);
}

function largestDifference(a: Seen, b: Seen): number {
  let largest = 0;
  for (const [t, tensor] of a.tensors.entries()) {
    const other = b.tensors[t]!;
    for (let i = 0; i < tensor.length; i++) largest = Math.max(largest, Math.abs(tensor[i]! - other[i]!));
  }
  return largest;
}
