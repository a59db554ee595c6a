import { MAX_WORDS } from './pseudonymise.ts';

/** Only what is safe of an error: drivers hang rows, statements and response bodies on theirs. */
export function describeFault(error: unknown, words: (text: string) => string, depth = 0): object {
  // The queue reports plain objects with the message and stack of an error.
  const { name, message, code, stack, cause } = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as { name?: unknown; message?: unknown; code?: unknown; stack?: unknown; cause?: unknown };
  return {
    name: String(name ?? 'Error'),
    message: words(String(message)).slice(0, 1000),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(stack === undefined ? {} : { at: words(framesOf(String(stack))) }),
    ...(cause === undefined || depth >= 4 ? {} : { cause: describeFault(cause, words, depth + 1) }),
  };
}

/** The frames stand at the end, behind a message of any length. */
function framesOf(stack: string): string {
  const frames = stack
    .slice(-MAX_WORDS)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' < ');
}
