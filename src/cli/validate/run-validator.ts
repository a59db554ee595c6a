import { spawn } from 'node:child_process';
import type { Outcome } from './verdict.ts';

/** A validator needs seconds of an idle processor, and a busy machine many times as long. */
export const TIMEOUT_MS = 900_000;

/** Null when the program is not installed; exit code null when it was stopped at the limit. */
export function run(program: string, args: readonly string[]): Promise<Outcome | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(null) : reject(error),
    );
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}
