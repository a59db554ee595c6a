import type { Request } from 'express';
import { CATALOGUE, type Code, type ProblemCode } from '../../domain/catalogue.ts';
import { faultOf } from '../../domain/fault.ts';
import { ProblemError } from './problem-error.ts';
import { refusedInWords } from './refused-in-words.ts';

/** What a client is told of an error. */
export interface ClientProblem {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Codes for the refusals of express and the validator, which have a status alone. */
const REFUSALS = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'not-acceptable',
  'payload-too-large',
  'unsupported-media-type',
] as const satisfies readonly ProblemCode[];
const BY_STATUS: ReadonlyMap<number, ProblemCode> = new Map(
  REFUSALS.map((code) => [CATALOGUE[code].problem.status, code]),
);

/** Seconds after which what is away may be back, where the error does not say. */
const RETRY_AFTER = { 'Retry-After': '10' };

/**
 * The one place where an error becomes what a client is told. An error with a code of the catalogue that can reach a
 * client is told by it; one of express or the validator by its status, if that says that the request is at fault; any
 * other is a fault of our own, of which nothing is told.
 */
export function clientProblem(error: unknown, request: Pick<Request, 'path'>): ClientProblem {
  const fault = faultOf(error);
  if (fault !== null) return coded(isTold(fault.code) ? fault.code : 'internal', fault);
  const { status } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly status?: unknown;
  };
  const isRefusal = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 500;
  if (!(error instanceof Error) || !isRefusal) return coded('internal', error);
  const refusal = BY_STATUS.get(status) ?? 'invalid-request';
  const detail = refusedInWords(error, status, request) ?? CATALOGUE[refusal].meaning;
  return { code: refusal, status, detail, headers: headersOf(error) };
}

function coded(code: ProblemCode, error: unknown): ClientProblem {
  const { problem, meaning } = CATALOGUE[code];
  const own = error instanceof ProblemError ? error : { message: meaning, headers: {} };
  const away = problem.status === 503 ? RETRY_AFTER : {};
  return { code, status: problem.status, detail: own.message, headers: { ...away, ...own.headers } };
}

function isTold(code: Code): code is ProblemCode {
  return 'problem' in CATALOGUE[code];
}

function headersOf(error: Error): ClientProblem['headers'] {
  const { Allow, ...headers } = ('headers' in error ? (error.headers ?? {}) : {}) as Record<string, string>;
  if (Allow === undefined) return headers;
  // The validator knows what the contract lists; HEAD is answered wherever GET is.
  return { ...headers, Allow: Allow.replace(/\bGET\b/, 'GET, HEAD') };
}
