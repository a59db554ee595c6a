/** The programs that are run on an object, as far as they apply and are installed. */
export const VALIDATORS = ['dciodvfy', 'dsrdump', 'dcentvfy', 'PixelMed'] as const;
export type ValidatorName = (typeof VALIDATORS)[number];

/** What one validator says of one object. */
export interface Verdict {
  readonly validator: ValidatorName;
  /** False when the validator's program is not on this machine: nothing was checked. */
  readonly installed: boolean;
  readonly errors: readonly string[];
  /** Warnings without those that are known to be unfounded. */
  readonly warnings: readonly string[];
}

/** What a validator's process left behind. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
}
