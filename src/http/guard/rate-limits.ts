import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { ProblemError } from '../problems/problem-error.ts';
import type { RateLimits } from './access.ts';
import { callerName, knownCaller } from './guarded.ts';

const WINDOW_MS = 60_000;
/** Of IPv6 a client has at least so much of its own (RFC 6177). */
const IPV6_PREFIX = 56;
/** Asked by orchestration, which is not to be turned away. */
const PROBES = ['/healthz', '/readyz'];

/** By the address that a request comes from, whoever asks. */
export function limitedByAddress({ perAddress }: RateLimits): RequestHandler {
  const addressOf = ({ ip }: Request) => ipKeyGenerator(ip ?? '', IPV6_PREFIX);
  return limited('address', perAddress, addressOf, ({ path }) => PROBES.includes(path));
}

/** By who asks, once that is known. */
export function limitedByKey({ perKey }: RateLimits): RequestHandler {
  const callerOf = (_request: Request, response: Response) => callerName(response);
  return limited('key', perKey, callerOf, (_request, response) => knownCaller(response).kind === 'anyone');
}

/**
 * Says what is left in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-08).
 * @throws ProblemError `too-many-requests`, with `Retry-After`
 */
function limited(
  identifier: 'address' | 'key',
  limit: number | null,
  keyGenerator: (request: Request, response: Response) => string,
  skip: (request: Request, response: Response) => boolean,
): RequestHandler {
  if (limit === null) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    identifier,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Its checks of the set-up write to the console.
    validate: false,
    keyGenerator,
    skip,
    handler() {
      throw new ProblemError(
        'too-many-requests',
        `More than ${limit} requests a minute of one ${identifier}.`,
      );
    },
  });
}
