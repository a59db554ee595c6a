import { link, rm } from 'node:fs/promises';
import { sampleDims, samplesOf, viewCount } from '../inference/classify/classifier-samples.ts';
import type { ClassifierSpec } from '../inference/pack/classifier-spec.ts';
import { type NpyWriter, npyWriter } from './npy-writer.ts';

/** The files that one classifier's samples go to. */
export interface ClassifierFiles {
  /** Null for an input whose file is another classifier's under a second name. */
  readonly inputs: readonly (NpyWriter | null)[];
  readonly mask: NpyWriter;
  readonly truth: NpyWriter;
}

/** Opens the files of classifier `k`; an input that an earlier classifier sees alike is a link to that one's file. */
export async function openClassifier(
  file: (name: string) => string,
  k: number,
  spec: ClassifierSpec,
  all: readonly ClassifierSpec[],
): Promise<ClassifierFiles> {
  const samples = samplesOf(spec).length;
  const inputs: (NpyWriter | null)[] = [];
  for (const [i, input] of spec.inputs.entries()) {
    const path = file(`classifier-${k}-${input.name}`);
    const twin = firstAlike(k, i, all);
    await rm(path, { force: true });
    if (twin === null) inputs.push(await npyWriter(path, 'Uint8Array', [samples, ...sampleDims(input)]));
    else {
      await link(file(`classifier-${twin.k}-${all[twin.k]!.inputs[twin.i]!.name}`), path);
      inputs.push(null);
    }
  }
  return {
    inputs,
    mask: await npyWriter(file(`classifier-${k}-mask`), 'Uint8Array', [samples, viewCount(spec)]),
    truth: await npyWriter(file(`classifier-${k}-truth`), 'Uint8Array', [samples, spec.output.heads.length]),
  };
}

/** The first input of an earlier classifier that shows the same samples in the same way. */
function firstAlike(k: number, i: number, all: readonly ClassifierSpec[]): { k: number; i: number } | null {
  const shown = (spec: ClassifierSpec, input: ClassifierSpec['inputs'][number]) => {
    const { name: _, ...rest } = input;
    return JSON.stringify([spec.sample, spec.levels, rest]);
  };
  const wanted = shown(all[k]!, all[k]!.inputs[i]!);
  for (const [earlier, spec] of all.slice(0, k).entries()) {
    const same = spec.inputs.findIndex((input) => shown(spec, input) === wanted);
    if (same >= 0) return { k: earlier, i: same };
  }
  return null;
}
