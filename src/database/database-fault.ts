import { CATALOGUE } from '../domain/catalogue.ts';
import { Fault } from '../domain/fault.ts';

/**
 * SQLSTATE classes and system errors after which the same work may succeed: connection (08), shutdown and
 * cancelled (57), out of disk, connections or other resources (53), serialisation and deadlock (40), a standby that
 * is not yet a primary (25006).
 */
const PASSING_FAULT =
  /^(?:08|57|53|40|25006)|^(?:ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOST|ENET|EMFILE)/;
/** The driver's own, which have no code. */
const PASSING_WORDS = /connection|timeout exceeded/i;
/** SQLSTATE 53100, and the system's words for no space and no quota left. */
const DISK_FULL = /^(?:53100|ENOSPC|EDQUOT)$/;

/** A fault of the database that may pass; the work is worth another try. `sqlState` where PostgreSQL said one. */
export class DatabaseFault extends Fault<'disk-full' | 'database-unavailable'> {
  override readonly name = 'DatabaseFault';
  readonly sqlState: string | null;
  constructor(code: DatabaseFault['code'], detail: string, cause?: unknown) {
    super(code, `${CATALOGUE[code].meaning.replace(/\.$/, '')}: ${detail}`, { cause });
    const state = codeOf(cause);
    this.sqlState = /^[0-9A-Z]{5}$/.test(state) ? state : null;
  }
}

/** The fault as it is to be thrown: one that may pass as a DatabaseFault, any other as it is. */
export function classifyFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseFault) return error;
  if (isDiskFull(error)) return new DatabaseFault('disk-full', error.message, error);
  const code = codeOf(error);
  const passing = PASSING_FAULT.test(code) || (code === '' && PASSING_WORDS.test(error.message));
  return passing ? new DatabaseFault('database-unavailable', error.message || code, error) : error;
}

/** Whether a fault, or what caused it, is that a disk is full: PostgreSQL's or this machine's. */
export function isDiskFull(error: unknown): boolean {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if (DISK_FULL.test(codeOf(each))) return true;
  }
  return false;
}

/** The SQLSTATE or the system's code of a fault; empty where it has none. */
export function systemCode(error: unknown): string {
  return codeOf(error instanceof DatabaseFault ? error.cause : error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
