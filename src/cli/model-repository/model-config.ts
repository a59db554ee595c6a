import type { ExpectedTensors, Shapes } from '../../inference/network/expected-tensors.ts';

/**
 * Triton's model configuration (ModelConfig of its model_config.proto, in protobuf's text format) of a network as the manifest
 * describes it. Batches are not formed by the server: a network's first axis is as long as a study's samples are many.
 */
export function modelConfig(name: string, { inputs, outputs }: ExpectedTensors): string {
  return [
    `name: ${JSON.stringify(name)}`,
    'backend: "onnxruntime"',
    'max_batch_size: 0',
    ...tensors('input', inputs),
    ...tensors('output', outputs),
    '',
  ].join('\n');
}

function tensors(kind: 'input' | 'output', shapes: Shapes): readonly string[] {
  return Object.entries(shapes).map(
    ([name, dims]) =>
      `${kind} { name: ${JSON.stringify(name)} data_type: TYPE_FP32 dims: [${dims.join(', ')}] }`,
  );
}
