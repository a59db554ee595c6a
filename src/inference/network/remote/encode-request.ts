import type { Tensor } from '../model-runner.ts';

/** The body of an inference request, and the headers that go with it. */
export interface EncodedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** In the header of requests and answers: how many bytes of JSON stand before those of the tensors. */
export const HEADER_LENGTH = 'Inference-Header-Content-Length';

/**
 * An inference request of the Open Inference Protocol v2 for tensors of float32: by the binary tensor data extension
 * (raw values behind the JSON, little-endian, as every platform of Node's holds them), or with JSON numbers alone. It holds
 * tensors, their names and a random id, and nothing of the study they were cut from.
 * @param outputs the names of those that are wanted.
 */
export function encodeRequest(
  id: string,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
  binary: boolean,
): EncodedRequest {
  const tensors = Object.entries(feeds).map(([name, { dims, data }]) => ({
    told: { name, datatype: 'FP32', shape: dims },
    data,
  }));
  const asked = outputs.map((name) => ({ name, ...(binary && { parameters: { binary_data: true } }) }));
  if (!binary) {
    const inputs = tensors.map(({ told, data }) => ({ ...told, data: Array.from(data) }));
    const body = Buffer.from(JSON.stringify({ id, inputs, outputs: asked }));
    return { headers: { 'content-type': 'application/json' }, body };
  }
  const inputs = tensors.map(({ told, data }) => ({
    ...told,
    parameters: { binary_data_size: data.byteLength },
  }));
  const json = Buffer.from(JSON.stringify({ id, inputs, outputs: asked }));
  const raw = tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return {
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(json.length) },
    body: Buffer.concat([json, ...raw]),
  };
}
