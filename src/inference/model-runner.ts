export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Runs one network. The port behind which ONNX Runtime, or a remote inference server, stands. */
export interface ModelRunner {
  readonly inputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[];
  readonly outputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[];
  /** @throws Error naming the network and output when an output holds NaN or infinity. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}
