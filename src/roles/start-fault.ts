import { Fault, faultInWords } from '../domain/fault.ts';

/** Faults of the system that name themselves: a port in use, a database that is not there, a folder not to be made. */
const OPERATORS_CODES = /^(?:E[A-Z]+|[0-9A-Z]{5})$/;

/**
 * Why the service cannot start, for whoever starts it: a fault of ours in words and with its code, by which the
 * catalogue knows it; with its stack where nobody but a programmer can help.
 */
export function startFaultInWords(cause: unknown): string {
  if (cause instanceof Fault) return faultInWords(cause);
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? String(cause.code) : '';
  return OPERATORS_CODES.test(code) ? cause.message || code : (cause.stack ?? cause.message);
}
