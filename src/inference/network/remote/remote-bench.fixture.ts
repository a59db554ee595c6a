import { afterEach } from 'vitest';
import {
  type InferenceServerForTests,
  inferenceServerForTests,
} from '../../../../test/support/inference-server.ts';
import type { InferenceExchange } from '../../../domain/inference-call.ts';
import type { ExpectedTensors } from '../expected-tensors.ts';
import { networkThreads } from '../network-threads.ts';
import { type TinyNetwork, tinyOnnx } from '../tiny-onnx.fixture.ts';
import type { InferenceServerOptions } from './inference-options.ts';
import { openInferenceServer } from './inference-server.ts';
import { trialAnswer, trialFeeds } from './trial.ts';

export const TINY: TinyNetwork = {
  inputs: [
    { name: 'images', dims: [3, 4, 4] },
    { name: 'mask', dims: [2] },
  ],
  samples: 5,
  output: { name: 'logits', dims: [2, 3] },
  weights: [1, -2, 3, -4, 5, -6],
  biases: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
};

export const TENSORS: ExpectedTensors = {
  inputs: { images: [5, 3, 4, 4], mask: [5, 2] },
  outputs: { logits: [5, 2, 3] },
};

export const FEEDS = trialFeeds(TENSORS.inputs);

/** Quick tries, and no long waits. */
const OPTIONS = {
  authorization: null,
  ca: null,
  timeoutMs: 5_000,
  retry: { attempts: 3, firstDelayMs: 5 },
} satisfies Partial<InferenceServerOptions>;

/** An inference server with one tiny model, asked by what is tested; ended after every test. */
export function remoteBench() {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** @param network what the server has in the place of the pack's own */
  async function serving(
    network: TinyNetwork = TINY,
    tls: Parameters<typeof inferenceServerForTests>[0] = null,
  ): Promise<InferenceServerForTests> {
    const server = await inferenceServerForTests(tls);
    closing.push(() => server.stop().catch(() => undefined));
    server.models.set('tiny', { bytes: tinyOnnx(network), version: '1' });
    return server;
  }

  async function asking(
    { url }: { readonly url: string },
    options: Partial<InferenceServerOptions> = {},
    address: { readonly model: string; readonly version: string | null } = { model: 'tiny', version: null },
  ) {
    const exchanges: InferenceExchange[] = [];
    const server = openInferenceServer({ url, ...OPTIONS, ...options }, (exchange) =>
      exchanges.push(exchange),
    );
    closing.push(() => server.close());
    const own = await ownAnswer();
    const runner = server.add({ ...address, file: 'tiny.onnx', tensors: TENSORS, own });
    return { server, runner, exchanges };
  }
  return { serving, asking };
}

let own: ReturnType<typeof trialAnswer> | null = null;
/** The tiny network's answer to the trial input, computed once. */
export function ownAnswer() {
  own ??= trialAnswer(networkThreads(1), 'tiny.onnx', tinyOnnx(TINY), TENSORS, 1);
  return own;
}

/** The tiny network in this process. */
export const inProcess = () =>
  networkThreads(1).load('tiny.onnx', { model: tinyOnnx(TINY), provider: 'cpu', threads: 1 });
