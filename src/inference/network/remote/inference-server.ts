import { problemsInWords } from '../../../domain/problems-in-words.ts';
import { declaredProblems } from '../compare-tensors.ts';
import type { ExpectedTensors } from '../expected-tensors.ts';
import type { ModelRunner } from '../model-runner.ts';
import { InferenceError } from './inference-error.ts';
import { inferenceHttp } from './inference-http.ts';
import type { InferenceServerOptions, ModelAddress, OnInferenceExchange } from './inference-options.ts';
import { type RemoteModel, remoteModel } from './remote-model.ts';
import { isRefusal, type ServerMetadata, serverMetadata } from './server-answers.ts';
import { type TrialAnswer, trialFeeds, unlikeOutputs } from './trial.ts';

/** A network of a pack that runs on a server. */
export interface RemoteNetwork extends ModelAddress {
  readonly file: string;
  readonly tensors: ExpectedTensors;
  /** What its file answers to the trial input. */
  readonly own: TrialAnswer;
}

/** What a server was found to be when it was last looked at whole. */
export interface SeenServer extends ServerMetadata {
  /** Version of the model that answered, by network. */
  readonly modelVersions: ReadonlyMap<RemoteNetwork, string | null>;
}

export interface InferenceServer {
  readonly url: string;
  /** Null until it has been looked at; another object once anything of it is another. */
  readonly seen: SeenServer | null;
  /** Lets a network run there. It can be run once the server has been looked at. */
  add(network: RemoteNetwork): ModelRunner;
  /**
   * Looks at it without asking for a result: live, ready, and of every network whether its model is there, ready, and
   * declares the tensors of the manifest.
   * @throws InferenceError, `inference-mismatch` naming every difference.
   */
  check(signal?: AbortSignal): Promise<ServerMetadata>;
  /**
   * Looks at it whole: checks it, and holds each model's answer to one input against that of the pack's own network.
   * @throws InferenceError, `inference-mismatch` naming every difference.
   */
  verify(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const SMALL_BYTES = 1024 ** 2;

/** One server for all networks that do not run in this process; nothing is asked of it yet. */
export function openInferenceServer(
  options: InferenceServerOptions,
  tell: OnInferenceExchange = () => undefined,
): InferenceServer {
  const http = inferenceHttp(options, tell);
  const models = new Map<RemoteNetwork, RemoteModel>();
  let seen: SeenServer | null = null;

  const small = (call: 'health' | 'server', path: string, signal: AbortSignal | undefined) =>
    http.ask({ call, about: `inference server: ${path}`, path, maxBytes: SMALL_BYTES, signal });
  async function health(word: 'live' | 'ready', signal: AbortSignal | undefined): Promise<void> {
    const { bytes } = await small('health', `/v2/health/${word}`, signal).catch((error: unknown) => {
      // Any status but 200 is a no; servers do not agree on which.
      const isNo =
        error instanceof InferenceError && error.code === 'inference-fault' && error.status !== null;
      throw isNo ? unready(`the inference server is not ${word} (HTTP ${error.status})`, error) : error;
    });
    if (isRefusal(bytes, word)) throw unready(`the inference server is not ${word}`);
  }
  async function check(signal?: AbortSignal): Promise<ServerMetadata> {
    await health('live', signal);
    await health('ready', signal);
    const metadata = serverMetadata('inference server', (await small('server', '/v2', signal)).bytes);
    const problems: string[] = [];
    for (const [{ file, tensors }, model] of models) {
      const declared = await model.metadata(signal);
      if (typeof declared === 'string') problems.push(`${file}: ${declared}`);
      else problems.push(...declaredProblems(`${file}: ${model.about}`, declared, tensors));
    }
    if (problems.length > 0) throw mismatch(problems);
    for (const model of models.values()) await model.ready(signal);
    return metadata;
  }
  return {
    url: options.url,
    get seen() {
      return seen;
    },
    add(network) {
      const model = remoteModel(http, network);
      models.set(network, model);
      const { inputs, outputs } = network.tensors;
      return {
        inputs: Object.entries(inputs).map(([name, dims]) => ({ name, type: 'float32', dims })),
        outputs: Object.entries(outputs).map(([name, dims]) => ({ name, type: 'float32', dims })),
        async run(feeds, signal) {
          if (seen === null) throw unready('the inference server has not answered yet');
          const { outputs, modelVersion } = await model.infer(feeds, seen.binary, signal);
          const before = seen.modelVersions.get(network) ?? null;
          if (modelVersion === before) return outputs;
          const words = `${network.file}: ${model.about} answers as version ${modelVersion}, at first as ${before}`;
          throw new InferenceError('inference-mismatch', words);
        },
        close: async () => undefined,
      };
    },
    check,
    async verify(signal) {
      const metadata = await check(signal);
      const problems: string[] = [];
      const modelVersions = new Map<RemoteNetwork, string | null>();
      for (const [network, model] of models) {
        const feeds = trialFeeds(network.tensors.inputs);
        const { outputs, modelVersion } = await model.infer(feeds, metadata.binary, signal);
        modelVersions.set(network, modelVersion);
        const { file, version, own } = network;
        if (version !== null && modelVersion !== null && modelVersion !== version) {
          problems.push(`${file}: ${model.about} answers as version ${modelVersion}`);
        }
        const unlike = unlikeOutputs(own, outputs).map((name) => `output ${name}`);
        if (unlike.length > 0) {
          const words = 'is not what the file of the pack answers to the same input';
          problems.push(`${file}: ${model.about}: ${unlike.join(' and ')} ${words}`);
        }
      }
      if (problems.length > 0) throw mismatch(problems);
      if (seen === null || !same(seen, { ...metadata, modelVersions })) seen = { ...metadata, modelVersions };
    },
    close: () => http.close(),
  };
}

function same(before: SeenServer, now: SeenServer): boolean {
  const { modelVersions: versions, ...rest } = before;
  const { modelVersions, ...others } = now;
  const unchanged = [...modelVersions].every(([network, version]) => versions.get(network) === version);
  return unchanged && JSON.stringify(rest) === JSON.stringify(others);
}

function unready(words: string, cause?: unknown): InferenceError {
  return new InferenceError('inference-unreachable', words, { cause });
}

function mismatch(problems: readonly string[]): InferenceError {
  return new InferenceError(
    'inference-mismatch',
    `the inference server does not fit the model pack:${problemsInWords(problems)}`,
  );
}
