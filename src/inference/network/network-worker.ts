/** The thread of startNetworkThread: loads the network, says what it takes and gives, and runs it. */
import { threadName, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { answerQuestions } from '../../process/conversation.ts';
import { freeMemory } from '../../process/free-memory.ts';
import { ELEMENT_TYPE } from './model-runner.ts';
import type { NetworkOrder, NetworkShape, Tensors } from './network-thread.ts';

// A provider that is absent is told of in our own words; the runtime would print its line as well.
ort.env.logLevel = 'fatal';

const { model, provider, threads } = workerData as NetworkOrder;
const session = await ort.InferenceSession.create(model, {
  executionProviders: [provider],
  intraOpNumThreads: threads,
  // The runtime's arena would keep what one run takes, more than 100 MB in all, for 10 ms a study.
  enableCpuMemArena: false,
  logSeverityLevel: 4,
  // A run's threads would wait for the next by spinning: 30 ms of processor time a run for 1 ms of its own.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
// This thread's copy: the session has the network its own way.
freeMemory(model.buffer);
const shape: NetworkShape = {
  inputs: describe(session.inputMetadata),
  outputs: describe(session.outputMetadata),
};
/** A network may give others beside those that a manifest can name, such as the number of the likeliest class. */
const readable = shape.outputs.filter(({ type }) => type === ELEMENT_TYPE).map(({ name }) => name);
answerQuestions<Tensors, Tensors>(shape, {
  answer: (feeds) =>
    run(feeds)
      .catch((cause: Error) => {
        throw new Error(`${threadName}: ${cause.message}`, { cause });
      })
      // The copies that came with the question.
      .finally(() => {
        for (const { data } of Object.values(feeds)) freeMemory(data.buffer);
      }),
  moved: (outputs) => [...new Set(Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer))],
  close: () => session.release(),
});

function describe(metadata: readonly ort.InferenceSession.ValueMetadata[]): NetworkShape['inputs'] {
  return metadata.map((value) => ({
    name: value.name,
    type: value.isTensor ? value.type : 'no tensor',
    dims: value.isTensor ? value.shape : [],
  }));
}

async function run(feeds: Tensors): Promise<Tensors> {
  const tensors = Object.entries(feeds).map(
    ([name, { dims, data }]) => [name, new ort.Tensor(ELEMENT_TYPE, data, dims)] as const,
  );
  const results = await session.run(Object.fromEntries(tensors), readable);
  const outputs = Object.entries(results).map(([name, value]) => {
    // A copy: the runtime's own memory must not be moved to another thread.
    const data = new Float32Array(value.data as Float32Array);
    if (!isFiniteThroughout(data)) throw new Error(`output ${name} holds values that are not finite`);
    return [name, { dims: value.dims, data }] as const;
  });
  return Object.fromEntries(outputs);
}

/** As `every` with Number.isFinite, without a call for each of hundreds of thousands of values. */
function isFiniteThroughout(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
