import { vi } from 'vitest';

/** What a command ends with and writes meanwhile. */
export async function captured(command: (args: string[]) => Promise<number>, args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(out.push(String(text))));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(err.push(String(text))));
  try {
    return { code: await command(args), out: out.join(''), err: err.join('') };
  } finally {
    vi.restoreAllMocks();
  }
}
