/**
 * ONNX files written by hand, for tests: networks that mean over all they see of a sample. Field numbers are those
 * of onnx.proto, written in the protobuf wire format.
 */
export interface TinyNetwork {
  /** Dimensions behind the axis of samples; a mask is an input like others. */
  readonly inputs: readonly { readonly name: string; readonly dims: readonly number[] }[];
  readonly samples: number;
  readonly output: {
    readonly name: string;
    /** Dimensions behind the axis of samples. */
    readonly dims: readonly number[];
    /** Declared in place of the dimensions: leaves them open. */
    readonly open?: boolean;
  };
  /** Another output beside it, of the same shape: its values in whole numbers (INT64). */
  readonly whole?: string;
  /** One an output value: output = weight · (mean of the first input + mean of the second …) + bias. */
  readonly weights: readonly number[];
  readonly biases: readonly number[];
  /** Element type of the inputs as declared: FLOAT unless given. */
  readonly elementType?: number;
}

const FLOAT = 1;
const INT64 = 7;
const INT = 2;
const INTS = 7;

/** The network as the bytes of an ONNX file (IR version 8, operator set 13). */
export function tinyOnnx(network: TinyNetwork): Uint8Array {
  const { inputs, samples, output, weights, biases, whole, elementType = FLOAT } = network;
  const means = inputs.map(({ name }) => `${name} mean`);
  const nodes = inputs.flatMap(({ name }) => [
    node('Cast', [name], `${name} float`, [['to', FLOAT]]),
    node('Flatten', [`${name} float`], `${name} flat`, [['axis', 1]]),
    node('ReduceMean', [`${name} flat`], `${name} mean`, [
      ['axes', [1]],
      ['keepdims', 1],
    ]),
  ]);
  const sum =
    means.length === 1
      ? means[0]!
      : means.slice(1).reduce((before, mean, i) => {
          nodes.push(node('Add', [before, mean], `sum ${i}`, []));
          return `sum ${i}`;
        }, means[0]!);
  nodes.push(
    node('MatMul', [sum, 'weights'], 'weighted', []),
    node('Add', ['weighted', 'biases'], 'values', []),
    node('Reshape', ['values', 'shape'], output.name, []),
  );
  if (whole !== undefined) nodes.push(node('Cast', [output.name], whole, [['to', INT64]]));
  const open = output.dims.map((_, i) => `d${i}`);
  const graph = [
    ...nodes.map((bytes) => field(1, bytes)),
    field(2, text('tiny')),
    field(5, tensor('weights', FLOAT, [1, weights.length], Float32Array.from(weights))),
    field(5, tensor('biases', FLOAT, [biases.length], Float32Array.from(biases))),
    field(
      5,
      tensor('shape', INT64, [output.dims.length + 1], BigInt64Array.from([-1, ...output.dims].map(BigInt))),
    ),
    ...inputs.map(({ name, dims }) => field(11, value(name, elementType, [samples, ...dims]))),
    field(12, value(output.name, FLOAT, output.open ? ['n', ...open] : [samples, ...output.dims])),
    ...(whole === undefined ? [] : [field(12, value(whole, INT64, [samples, ...output.dims]))]),
  ];
  const operatorSet = [field(1, text('')), field(2, 13)];
  return join([field(1, 8), field(7, join(graph)), field(8, join(operatorSet))]);
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly (readonly [string, number | readonly number[]])[],
): Uint8Array {
  return join([
    ...inputs.map((name) => field(1, text(name))),
    field(2, text(output)),
    field(4, text(operator)),
    ...attributes.map(([name, setting]) =>
      field(
        5,
        typeof setting === 'number'
          ? join([field(1, text(name)), field(3, setting), field(20, INT)])
          : join([field(1, text(name)), ...setting.map((i) => field(8, i)), field(20, INTS)]),
      ),
    ),
  ]);
}

function tensor(
  name: string,
  type: number,
  dims: readonly number[],
  values: Float32Array | BigInt64Array,
): Uint8Array {
  const raw = new Uint8Array(values.buffer);
  return join([...dims.map((d) => field(1, d)), field(2, type), field(8, text(name)), field(9, raw)]);
}

function value(name: string, type: number, dims: readonly (number | string)[]): Uint8Array {
  const shape = dims.map((d) => field(1, typeof d === 'number' ? field(1, d) : field(2, text(d))));
  const declared = join([field(1, type), field(2, join(shape))]);
  return join([field(1, text(name)), field(2, field(1, declared))]);
}

function field(number: number, content: number | Uint8Array): Uint8Array {
  if (typeof content === 'number') return join([varint(number * 8), varint(content)]);
  return join([varint(number * 8 + 2), varint(content.length), content]);
}

function varint(whole: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = whole; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

const text = (value: string) => new TextEncoder().encode(value);
const join = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
