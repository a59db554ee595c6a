import type { Shapes } from '../expected-tensors.ts';
import type { Tensor } from '../model-runner.ts';
import { InferenceError } from './inference-error.ts';
import type { InferenceAnswer } from './inference-http.ts';

export interface DecodedAnswer {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Of the model that answered; null where the server names none. */
  readonly modelVersion: string | null;
}

interface WireOutput {
  readonly name?: unknown;
  readonly datatype?: unknown;
  readonly shape?: unknown;
  readonly data?: unknown;
  readonly parameters?: { readonly binary_data_size?: unknown };
}

/**
 * An inference answer of the Open Inference Protocol v2, held against what was asked: its id, its model, and of every output
 * that was wanted datatype, shape and number of values.
 * @throws InferenceError saying in which it differs, or that a value is not finite.
 */
export function decodeAnswer(
  about: string,
  { headerLength, bytes }: InferenceAnswer,
  asked: { readonly id: string; readonly model: string; readonly outputs: Shapes },
): DecodedAnswer {
  const wrong = (words: string) => new InferenceError('inference-fault', `${about}: ${words}`);
  const length = headerLength === null ? bytes.length : Number(headerLength);
  if (!(Number.isInteger(length) && length >= 0 && length <= bytes.length)) {
    throw wrong('the answer is shorter than it says');
  }
  const json = parsed(bytes.subarray(0, length));
  if (json === null) throw wrong('the answer is no JSON object');
  const { id, model_name: model, model_version: version } = json;
  if (id !== asked.id) throw wrong('the answer has another id than the request');
  if (model !== asked.model) throw wrong(`the answer is of another model${named(model)}`);
  const given = Array.isArray(json['outputs']) ? (json['outputs'] as readonly (WireOutput | null)[]) : [];
  let at = length;
  const outputs = new Map<unknown, Tensor>();
  for (const output of given) {
    const wanted = asked.outputs[String(output?.name)];
    const size = output?.parameters?.binary_data_size;
    const from = at;
    if (typeof size === 'number') at += size;
    if (output === null || wanted === undefined) continue;
    const of = `output ${String(output.name)}`;
    if (output.datatype !== 'FP32') throw wrong(`${of} is${named(output.datatype)}, not FP32`);
    const shape = Array.isArray(output.shape) ? output.shape.join() : '';
    if (shape !== wanted.join())
      throw wrong(`${of} is [${shape.slice(0, 100)}], the manifest says [${wanted}]`);
    const count = wanted.reduce((a, b) => a * b, 1);
    const data = typeof size === 'number' ? rawValues(bytes, from, size) : listed(output.data);
    if (data?.length !== count) throw wrong(`${of} has not the ${count} values of its shape`);
    if (!data.every(Number.isFinite)) {
      const words = `${about}: ${of} holds values that are not finite`;
      throw new InferenceError('inference-fault', words, { retryable: false });
    }
    outputs.set(output.name, { dims: wanted, data });
  }
  const missing = Object.keys(asked.outputs).filter((name) => !outputs.has(name));
  if (missing.length > 0) throw wrong(`the answer lacks output ${missing.join(', ')}`);
  return { outputs: Object.fromEntries(outputs), modelVersion: typeof version === 'string' ? version : null };
}

function parsed(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A copy: what arrived need not lie on a boundary of four bytes. */
function rawValues(bytes: Uint8Array, from: number, size: number): Float32Array | null {
  if (!Number.isInteger(size) || size < 0 || size % 4 !== 0 || from + size > bytes.length) return null;
  return new Float32Array(new Uint8Array(bytes.subarray(from, from + size)).buffer);
}

/** JSON numbers, flat or nested as the shape is. */
function listed(data: unknown): Float32Array | null {
  if (!Array.isArray(data)) return null;
  const flat = data.flat(Number.POSITIVE_INFINITY) as unknown[];
  return flat.every((value) => typeof value === 'number') ? Float32Array.from(flat as number[]) : null;
}

function named(value: unknown): string {
  return typeof value === 'string' ? ` ${value.slice(0, 100)}` : '';
}
