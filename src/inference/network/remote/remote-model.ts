import { randomUUID } from 'node:crypto';
import type { ExpectedTensors, Shapes } from '../expected-tensors.ts';
import type { Tensor } from '../model-runner.ts';
import { type DecodedAnswer, decodeAnswer } from './decode-answer.ts';
import { encodeRequest } from './encode-request.ts';
import { InferenceError } from './inference-error.ts';
import type { InferenceHttp } from './inference-http.ts';
import type { ModelAddress } from './inference-options.ts';
import { isRefusal, type ModelMetadata, modelMetadata } from './server-answers.ts';

/** A model of a server, as the Open Inference Protocol v2 has it. */
export interface RemoteModel {
  /** In messages: "model localiser" or "model localiser version 3". */
  readonly about: string;
  /** What it declares; in words why it declares nothing where the server does not have it. @throws InferenceError */
  metadata(signal: AbortSignal | undefined): Promise<ModelMetadata | string>;
  /** @throws InferenceError where it is not */
  ready(signal: AbortSignal | undefined): Promise<void>;
  /** @throws InferenceError; the signal's reason when aborted, the request then torn down */
  infer(
    feeds: Readonly<Record<string, Tensor>>,
    binary: boolean,
    signal: AbortSignal | undefined,
  ): Promise<DecodedAnswer>;
}

const SMALL_BYTES = 1024 ** 2;
/** Of a number in JSON with its comma: 17 digits, sign, point and exponent. */
const BYTES_A_VALUE = 32;

export function remoteModel(
  http: InferenceHttp,
  { model, version, tensors }: ModelAddress & { readonly tensors: ExpectedTensors },
): RemoteModel {
  const about = version === null ? `model ${model}` : `model ${model} version ${version}`;
  const versions = version === null ? '' : `/versions/${encodeURIComponent(version)}`;
  const path = `/v2/models/${encodeURIComponent(model)}${versions}`;
  const small = (what: string, below: string, signal: AbortSignal | undefined) =>
    http.ask({
      call: 'model',
      about: `${about}: ${what}`,
      path: path + below,
      maxBytes: SMALL_BYTES,
      signal,
    });
  return {
    about,
    async metadata(signal) {
      try {
        return modelMetadata(`${about}: metadata`, (await small('metadata', '', signal)).bytes);
      } catch (error) {
        const status = error instanceof InferenceError && error.code === 'inference-fault' && error.status;
        // A server that is ready has every model it will have; it says 400 or 404 of others.
        if (status === 400 || status === 404) return `the server has no ${about} (HTTP ${status})`;
        throw error;
      }
    },
    async ready(signal) {
      const no = (cause?: unknown) =>
        new InferenceError('inference-unreachable', `${about} is not ready`, { cause });
      const { bytes } = await small('ready', '/ready', signal).catch((error: unknown) => {
        const isNo = error instanceof InferenceError && error.code === 'inference-fault';
        throw isNo ? no(error) : error;
      });
      if (isRefusal(bytes, 'ready')) throw no();
    },
    async infer(feeds, binary, signal) {
      const id = randomUUID();
      const { outputs } = tensors;
      const answer = await http.ask({
        call: 'infer',
        about,
        path: `${path}/infer`,
        post: encodeRequest(id, feeds, Object.keys(outputs), binary),
        maxBytes: SMALL_BYTES + BYTES_A_VALUE * valuesOf(outputs),
        signal,
      });
      return decodeAnswer(about, answer, { id, model, outputs });
    },
  };
}

function valuesOf(shapes: Shapes): number {
  return Object.values(shapes).reduce((sum, dims) => sum + dims.reduce((a, b) => a * b, 1), 0);
}
