/** A server of the Open Inference Protocol that ran networks of a pack, and as which of its models. */
export interface InferenceServer {
  /** Root of its API: scheme, host and path, nothing secret. */
  readonly url: string;
  /** As it calls itself; null until it has been asked. */
  readonly name: string | null;
  readonly version: string | null;
  readonly networks: readonly {
    /** File of the pack. */
    readonly file: string;
    readonly model: string;
    /** The one that answered; null where the server names none, or has not been asked. */
    readonly modelVersion: string | null;
  }[];
}

/** What a report says of it, a line each. */
export function inferenceServerInWords({ url, name, version, networks }: InferenceServer): readonly string[] {
  const itself = [name, version].filter((each) => each !== null).join(' ');
  return [
    `inference server: ${itself === '' ? url : `${itself} at ${url}`}`,
    ...networks.map(({ file, model, modelVersion }) => {
      const which = modelVersion === null ? '' : `, version ${modelVersion}`;
      return `network ${file}: model ${model}${which}`;
    }),
  ];
}
