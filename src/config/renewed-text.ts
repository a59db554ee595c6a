import { readFileSync, type Stats, statSync } from 'node:fs';

/** A text that may be renewed while the process runs. */
export interface RenewedText {
  now(): string;
  /** Looks again, whatever says that nothing changed. */
  anew(): string;
}

/**
 * The trimmed text of a file, read again when the file has changed: written anew, replaced, or another one behind the
 * links of its path, as platforms renew what they mount. While it is empty or cannot be read, the last text holds.
 */
export function renewedText(file: string, first: string): RenewedText {
  let text = first;
  let seen: string | null = null;
  const anew = () => {
    try {
      // Before the reading: what changes in between is then read once more.
      seen = stamp(statSync(file));
      text = readFileSync(file, 'utf8').trim() || text;
    } catch {
      seen = null;
    }
    return text;
  };
  return {
    now() {
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats !== undefined && stamp(stats) === seen ? text : anew();
    },
    anew,
  };
}

function stamp({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}
