import { parseOptions, wholeNumber } from '../options/option-values.ts';

/** What the demo was asked for; paths as they were given. */
export interface DemoOptions {
  readonly study: string | null;
  readonly seed: number;
  readonly keep: boolean;
  readonly json: string | null;
  readonly out: string;
}

/** @throws MisuseError */
export function readOptions(args: string[]): DemoOptions {
  const { study, seed, keep, json, out } = parseOptions({
    args,
    options: {
      study: { type: 'string' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      json: { type: 'string' },
      out: { type: 'string', default: 'out/demo' },
    },
  }).values;
  return {
    study: study ?? null,
    seed: wholeNumber('--seed', seed, Number.MIN_SAFE_INTEGER),
    keep,
    json: json ?? null,
    out,
  };
}
