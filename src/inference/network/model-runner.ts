/** Of every tensor that a model pack's manifest can name: pictures, masks, heatmaps, logits. */
export const ELEMENT_TYPE = 'float32';

export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An input or output as the network declares it. */
export interface TensorDeclaration {
  readonly name: string;
  /** Element type, such as float32. */
  readonly type: string;
  /** A name, or a negative number, stands for a dimension left open. */
  readonly dims: readonly (number | string)[];
}

/** Runs one network. The port behind which ONNX Runtime, or a remote inference server, stands. */
export interface ModelRunner {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /**
   * @param signal ends a run on another machine; one in this process comes to its end.
   * @throws Error naming the network and output when an output holds NaN or infinity.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}
