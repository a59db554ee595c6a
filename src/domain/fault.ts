import { CATALOGUE, type CodeOf } from './catalogue.ts';

/** What can end an analysis, stop the start or reach a client. */
export type FaultCode = CodeOf<'fault' | 'start' | 'reason' | 'refusal'>;

/**
 * What is thrown on purpose: the root of every such error (decision record 0010). Whoever catches one asks it for its
 * code and whether a retry can help; nobody looks for these on errors of others.
 */
export class Fault<Name extends FaultCode = FaultCode> extends Error {
  override readonly name: string = 'Fault';
  readonly code: Name;
  /** Whether the same work may succeed later without anybody changing the study. */
  readonly retryable: boolean;

  constructor(
    code: Name,
    message: string,
    { retryable, cause }: { readonly retryable?: boolean | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable ?? CATALOGUE[code].retryable;
  }
}

/** A fault for whoever runs the program: in words, and with the code by which the catalogue knows it. */
export const faultInWords = ({ message, code }: Fault): string => `${message} [${code}]`;

/** The fault that an error is, or was caused by; null for errors of others. */
export function faultOf(error: unknown): Fault | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    if (each instanceof Fault) return each;
  }
  return null;
}
