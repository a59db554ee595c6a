import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { LEDGER_KINDS } from '../support/ledger-databases.ts';

export type LedgerKind = (typeof LEDGER_KINDS)[number];

export interface SoakOptions {
  readonly seed: number;
  readonly kinds: readonly LedgerKind[];
  /** Seconds for which faults last, of each kind; the start and the end come on top. */
  readonly trouble: Readonly<Record<LedgerKind, number>>;
  /** Seconds for which studies go on arriving afterwards, so that processes live long enough to tell of their memory. */
  readonly calm: number;
}

export const USAGE = `usage: npm run soak -- [--short] [--seconds N] [--database postgresql|embedded] [--seed N]
  --short          for CI: less than a minute of faults
  --seconds N      of faults, on each database (default 240); a third of that without faults follows
  --database KIND  one alone, by default one after the other
  --seed N         of all that is random; by default one of its own, which is printed
`;
const LONG = 240;
const SHORT = { postgresql: 30, embedded: 25 } as const;

/** What the soak was asked for, or what is wrong with it. */
export function soakOptions(args: string[]): SoakOptions | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        short: { type: 'boolean', default: false },
        seconds: { type: 'string' },
        database: { type: 'string' },
        seed: { type: 'string', default: String(randomInt(1_000_000)) },
      },
    });
    const seconds = values.seconds === undefined ? LONG : Number(values.seconds);
    const seed = Number(values.seed);
    if (![seconds, seed].every((number) => Number.isSafeInteger(number) && number >= 0)) {
      return '--seconds and --seed must be whole numbers';
    }
    const kinds = (['postgresql', 'embedded'] as const).filter((kind) => kind === (values.database ?? kind));
    if (kinds.length === 0) return '--database must be postgresql or embedded';
    const long = { postgresql: seconds, embedded: seconds };
    return {
      seed,
      kinds,
      trouble: values.short ? SHORT : long,
      calm: values.short ? 0 : Math.round(seconds / 3),
    };
  } catch (cause) {
    return (cause as Error).message;
  }
}
