import type { RequestHandler } from 'express';
import { ProblemError } from '../problems/problem-error.ts';

/** Names of this machine that no name server is asked for (RFC 6761 6.3), and its loopback addresses. */
const LOCAL = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/i;

/**
 * Where no client says who it is, being on this machine is all that lets one in, and a browser carries the pages of any
 * site there. One that has its own name resolved to loopback (DNS rebinding) shows in Host; one that only sends, not
 * caring for the answer, shows in Origin. Programs send no Origin, and those of HTTP/1.0 no Host.
 * @throws ProblemError `misdirected`, `forbidden`
 */
export const localOnly: RequestHandler = ({ headers: { host, origin } }, _response, next) => {
  if (host !== undefined && !isLocal(`http://${host}`)) {
    throw new ProblemError(
      'misdirected',
      'Without authentication only names of this machine are answered to.',
    );
  }
  if (origin !== undefined && !isLocal(origin)) {
    throw new ProblemError('forbidden', 'Without authentication pages of other sites are not answered.');
  }
  next();
};

function isLocal(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && LOCAL.test(url.hostname);
}
