/** A thread of networkThreads: loads networks, says what they take and give, and runs them. */
import * as ort from 'onnxruntime-node';
import { answerQuestions } from '../../process/conversation.ts';
import { freeMemory } from '../../process/free-memory.ts';
import { ELEMENT_TYPE } from './model-runner.ts';
import type { FromNetworks, NetworkOrder, NetworkShape, Tensors, ToNetworks } from './network-threads.ts';

// A provider that is absent is told of in our own words; the runtime would print its line as well.
ort.env.logLevel = 'fatal';

interface LoadedSession {
  readonly session: ort.InferenceSession;
  /** A network may give others beside those that a manifest can name, such as the number of the likeliest class. */
  readonly readable: readonly string[];
}

const loaded = new Map<number, LoadedSession>();

answerQuestions<ToNetworks, FromNetworks>(null, {
  answer: async (asked) => {
    const { name, number } = asked;
    if ('load' in asked) {
      const { shape, ...one } = await load(asked.load);
      loaded.set(number, one);
      return { shape };
    }
    const one = loaded.get(number);
    if (one === undefined) throw new Error(`network ${name} is closed`);
    if ('feeds' in asked) return { outputs: await run(one, name, asked.feeds) };
    loaded.delete(number);
    await one.session.release();
    return null;
  },
  moved: (answer) =>
    answer !== null && 'outputs' in answer
      ? [...new Set(Object.values(answer.outputs).map(({ data }) => data.buffer as ArrayBuffer))]
      : [],
  close: async () => {
    for (const { session } of loaded.values()) await session.release();
  },
});

async function load({
  model,
  provider,
  threads,
}: NetworkOrder): Promise<LoadedSession & { readonly shape: NetworkShape }> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    // The runtime's arena would keep what one run takes, more than 100 MB in all, for 10 ms a study.
    enableCpuMemArena: false,
    logSeverityLevel: 4,
    // A run's threads would wait for the next by spinning: 30 ms of processor time a run for 1 ms of its own.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).finally(() => {
    // This thread's copy: the session has the network its own way.
    freeMemory(model.buffer);
  });
  const shape = { inputs: describe(session.inputMetadata), outputs: describe(session.outputMetadata) };
  const readable = shape.outputs.filter(({ type }) => type === ELEMENT_TYPE).map(({ name }) => name);
  return { session, readable, shape };
}

function describe(metadata: readonly ort.InferenceSession.ValueMetadata[]): NetworkShape['inputs'] {
  return metadata.map((value) => ({
    name: value.name,
    type: value.isTensor ? value.type : 'no tensor',
    dims: value.isTensor ? value.shape : [],
  }));
}

async function run({ session, readable }: LoadedSession, name: string, feeds: Tensors): Promise<Tensors> {
  const tensors = Object.entries(feeds).map(
    ([name, { dims, data }]) => [name, new ort.Tensor(ELEMENT_TYPE, data, dims)] as const,
  );
  try {
    const results = await session.run(Object.fromEntries(tensors), readable);
    const outputs = Object.entries(results).map(([name, value]) => {
      // A copy: the runtime's own memory must not be moved to another thread.
      const data = new Float32Array(value.data as Float32Array);
      if (!isFiniteThroughout(data)) throw new Error(`output ${name} holds values that are not finite`);
      return [name, { dims: value.dims, data }] as const;
    });
    return Object.fromEntries(outputs);
  } catch (cause) {
    throw new Error(`network ${name}: ${(cause as Error).message}`, { cause });
  } finally {
    // The copies that came with the question.
    for (const { data } of Object.values(feeds)) freeMemory(data.buffer);
  }
}

/** As `every` with Number.isFinite, without a call for each of hundreds of thousands of values. */
function isFiniteThroughout(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
