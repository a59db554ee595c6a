import { createHash } from 'node:crypto';
import type { IdempotencyKey } from '../../../jobs/analysis-request.ts';
import { RequestError } from '../../../jobs/request-errors.ts';
import { ProblemError } from '../../problems/problem-error.ts';

const LONGEST_KEY = 255;
/** An sf-string (RFC 8941 3.3.3): printable ASCII, quotes and backslashes escaped. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\x21\x23-\x2b\x2d-\x7e]+$/;

/**
 * What a client names its request by (draft-ietf-httpapi-idempotency-key-header-07): as the draft has it in quotes, or
 * bare, as most clients send it.
 * @param caller whose key it is: clients that do not know of one another may choose the same.
 * @param asked what it stands for.
 * @returns null without the header. @throws ProblemError `invalid-request` of one that is malformed
 */
export function idempotencyKey(
  header: string | undefined,
  caller: string,
  asked: unknown,
): IdempotencyKey | null {
  if (header === undefined) return null;
  const quoted = QUOTED.exec(header.trim());
  const key = quoted?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? BARE.exec(header.trim())?.[0] ?? '';
  if (key === '' || key.length > LONGEST_KEY)
    throw new ProblemError(
      'invalid-request',
      `Idempotency-Key is no string of 1 to ${LONGEST_KEY} characters.`,
    );
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(inOrder(asked)))
    .digest('hex');
  return { key: `${caller} ${key}`, fingerprint };
}

/** Requests with the same members say the same, in whichever order. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => [name, inOrder(member)]);
}

/** Takes the requests of one key one at a time. */
export type TakeOnce = <Result>(key: IdempotencyKey | null, take: () => Promise<Result>) => Promise<Result>;

/** @returns what throws RequestError `request-under-way` while this process is still taking a request of the same key. */
export function takingOnce(): TakeOnce {
  const taking = new Set<string>();
  return async (key, take) => {
    if (key === null) return take();
    if (taking.has(key.key)) throw new RequestError('request-under-way');
    taking.add(key.key);
    try {
      return await take();
    } finally {
      taking.delete(key.key);
    }
  };
}
