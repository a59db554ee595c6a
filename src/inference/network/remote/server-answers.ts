import type { TensorDeclaration } from '../model-runner.ts';
import { InferenceError } from './inference-error.ts';

/** What a server says of itself (server metadata of the Open Inference Protocol v2). */
export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  /** Whether tensors can be sent and had as raw values behind the JSON. */
  readonly binary: boolean;
}

/** What a server says of a model (model metadata). */
export interface ModelMetadata {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
}

/** The name of the extension by which tensors go as raw values. */
const BINARY = /^binary_tensor_data(?:_extension)?$/;

/** @throws InferenceError where the answer is none */
export function serverMetadata(about: string, bytes: Uint8Array): ServerMetadata {
  const { name, version, extensions } = objectOf(about, bytes);
  const listed = Array.isArray(extensions) ? extensions : [];
  return {
    name: text(name),
    version: text(version),
    binary: listed.some((each) => typeof each === 'string' && BINARY.test(each)),
  };
}

/** @throws InferenceError where the answer is none */
export function modelMetadata(about: string, bytes: Uint8Array): ModelMetadata {
  const { inputs, outputs } = objectOf(about, bytes);
  return { inputs: declarations(inputs), outputs: declarations(outputs) };
}

/** What a probe of health says in a body, where it has one: {"ready": false} beside HTTP 200 is a no. */
export function isRefusal(bytes: Uint8Array, word: 'live' | 'ready'): boolean {
  try {
    const said = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null;
    return said?.[word] === false;
  } catch {
    return false;
  }
}

function declarations(tensors: unknown): TensorDeclaration[] {
  if (!Array.isArray(tensors)) return [];
  return tensors.map((tensor: { name?: unknown; datatype?: unknown; shape?: unknown } | null) => ({
    name: text(tensor?.name),
    type: typeOf(text(tensor?.datatype)),
    dims: Array.isArray(tensor?.shape) ? tensor.shape.map(Number) : [],
  }));
}

/** FP32 → float32, as ONNX Runtime calls it; of the others what they are called is enough to see that they do not fit. */
function typeOf(datatype: string): string {
  return datatype.toLowerCase().replace(/^fp(?=\d)/, 'float');
}

function objectOf(about: string, bytes: Uint8Array): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    json = null;
  }
  if (typeof json !== 'object' || json === null) {
    throw new InferenceError('inference-fault', `${about}: the answer is no JSON object`);
  }
  return json as Record<string, unknown>;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : '';
}
