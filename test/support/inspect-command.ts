import { execFile } from 'node:child_process';
import type { Inspection } from '../../src/cli/inspect/inspection.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `cli inspect` with no other settings than these. */
export function inspect(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['src/cli/main.ts', 'inspect', ...args],
      { env: { PATH: process.env['PATH'], ...env } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** What it said with --json. */
export const seen = ({ out }: Ran) => JSON.parse(out) as readonly Inspection[];
