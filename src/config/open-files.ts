import { readFileSync } from 'node:fs';
import { Fault } from '../domain/fault.ts';

/** The database's files, the networks, 256 clients and the archive's connections. */
const NEEDED = 512;

/** The system lets the process open too few files. */
export class OpenFilesError extends Fault<'too-few-open-files'> {
  override readonly name = 'OpenFilesError';
}

/**
 * Node raises the limit as far as it may; with too few the database fails in the middle of its work, with words that
 * mislead.
 * @param limits as Linux shows them; where the system does not tell, nothing is checked.
 * @throws OpenFilesError
 */
export function checkOpenFiles(limits: string | null = processLimits()): void {
  const soft = /^Max open files\s+(\d+)/m.exec(limits ?? '')?.[1];
  if (soft === undefined || Number(soft) >= NEEDED) return;
  throw new OpenFilesError(
    'too-few-open-files',
    `this process may open ${soft} files and needs ${NEEDED}: raise the limit with ulimit -n, LimitNOFILE= of systemd ` +
      'or --ulimit nofile= of the container',
  );
}

function processLimits(): string | null {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return null;
  }
}
