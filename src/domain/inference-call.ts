/** What is asked of an inference server: whether it can be asked, what it is, what a model is, a model's answer. */
export const INFERENCE_CALLS = ['health', 'server', 'model', 'infer'] as const;
export type InferenceCall = (typeof INFERENCE_CALLS)[number];

/** One request as it went over the network; a request that is tried again is another one. */
export interface InferenceExchange {
  readonly call: InferenceCall;
  /** HTTP status of the answer; null where none came. */
  readonly status: number | null;
  /** `whole`: answered to the end. `broken`: it failed before. `called-off`: by this service, which needs it no more. */
  readonly end: 'whole' | 'broken' | 'called-off';
  /** From the request to the end of the answer. */
  readonly ms: number;
}
