import type { RequestHandler } from 'express';
import { ProblemError } from '../problems/problem-error.ts';

/**
 * Lets nothing be changed but from a page of this service: browsers say where a request comes from in Sec-Fetch-Site
 * (Fetch Metadata Request Headers 2.3), older ones in Origin. A program that says neither has the API.
 * @throws ProblemError `forbidden`
 */
export const fromOwnPage: RequestHandler = (request, _response, next) => {
  const { host, origin } = request.headers;
  const site = request.get('Sec-Fetch-Site');
  const isOwn = origin !== undefined && host !== undefined && URL.parse(origin)?.host === host;
  const comesFromHere =
    site === undefined ? isOwn : site === 'same-origin' && (origin === undefined || isOwn);
  if (!comesFromHere) {
    throw new ProblemError(
      'forbidden',
      'This was not sent by a page of this service, and nothing was changed.',
    );
  }
  next();
};
