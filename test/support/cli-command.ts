import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface CliRun {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Runs a command of the command line with these settings and no others. */
export async function cli(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  input: Buffer | null = null,
): Promise<CliRun> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...settings },
  });
  child.stdin.on('error', () => undefined).end(input ?? undefined);
  const out: Buffer[] = [];
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => void out.push(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: Buffer.concat(out), err };
}
