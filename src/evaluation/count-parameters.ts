import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import { networksOf } from '../inference/pack/read-networks.ts';
import { fields, packed } from './protobuf-fields.ts';

/** Element types of TensorProto that hold weights: floating point, and the 8-bit integers of quantised networks. */
const WEIGHT_TYPES = new Set([1, 2, 3, 10, 11, 16]);
const GRAPH_OF_MODEL = 7;
const INITIALIZER_OF_GRAPH = 5;
const DIMS_OF_TENSOR = 1;
const TYPE_OF_TENSOR = 2;

/** Weights of all networks of the pack in `folder`, as counted in their files. */
export async function packParameters(folder: string, manifest: PackManifest): Promise<number> {
  const counts = networksOf(manifest).map(async ({ file }) =>
    countParameters(await readFile(join(folder, file))),
  );
  return (await Promise.all(counts)).reduce((a, b) => a + b, 0);
}

/**
 * Weights in an ONNX file: elements of the graph's initializers, but for the integers that are shapes and indices.
 * Field numbers are those of onnx.proto (ModelProto 7 graph, GraphProto 5 initializer, TensorProto 1 dims,
 * 2 data_type), read from the protobuf wire format.
 */
export function countParameters(model: Uint8Array): number {
  let count = 0;
  for (const graph of fields(model, GRAPH_OF_MODEL)) {
    for (const tensor of fields(graph.bytes, INITIALIZER_OF_GRAPH)) {
      const type = [...fields(tensor.bytes, TYPE_OF_TENSOR)][0]?.value ?? 0;
      const dims = [...fields(tensor.bytes, DIMS_OF_TENSOR)].flatMap((dim) =>
        dim.bytes.length > 0 ? packed(dim.bytes) : [dim.value],
      );
      if (WEIGHT_TYPES.has(type)) count += dims.reduce((a, b) => a * b, 1);
    }
  }
  return count;
}
