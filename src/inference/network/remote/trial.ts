import type { ExpectedTensors, Shapes } from '../expected-tensors.ts';
import type { Tensor } from '../model-runner.ts';
import type { NetworkThreads } from '../network-threads.ts';

/** Of the largest value of an output: by how much a server may differ that computes with half precision. */
const TOLERANCE = 0.02;

/** A network's own answer to the trial input. */
export type TrialAnswer = Readonly<Record<string, Float32Array>>;

/** What the trial shows a network: the same noise in [0, 1) every time. */
export function trialFeeds(inputs: Shapes): Readonly<Record<string, Tensor>> {
  let state = 1;
  const next = () => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const feeds = Object.entries(inputs).map(([name, dims]): readonly [string, Tensor] => {
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i += 1) data[i] = next();
    return [name, { dims, data }];
  });
  return Object.fromEntries(feeds);
}

/** Loads the network in this process, asks it for its answer to the trial input, and lets it go again. */
export async function trialAnswer(
  on: NetworkThreads,
  file: string,
  model: Uint8Array,
  { inputs, outputs }: ExpectedTensors,
  threads: number,
): Promise<TrialAnswer> {
  const runner = await on.load(file, { model, provider: 'cpu', threads });
  try {
    const answer = await runner.run(trialFeeds(inputs));
    return Object.fromEntries(
      Object.keys(outputs).map((name) => [name, answer[name]?.data ?? new Float32Array(0)]),
    );
  } finally {
    await runner.close();
  }
}

/** Names of the outputs in which a server's answer is not that of the pack's own network, but of some other. */
export function unlikeOutputs(own: TrialAnswer, given: Readonly<Record<string, Tensor>>): readonly string[] {
  return Object.entries(own).flatMap(([name, values]) => {
    const other = given[name]!.data;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const near = values.every((value, i) => Math.abs(value - other[i]!) <= TOLERANCE * scale + 1e-6);
    return near ? [] : [name];
  });
}
