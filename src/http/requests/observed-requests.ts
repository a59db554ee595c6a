import type { Request, RequestHandler } from 'express';
import type { Events } from '../../observe/events/events.ts';

/** One event a request. */
export function observedRequests(events: Events): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    const startedAt = performance.now();
    response.once('close', () => {
      const ms = performance.now() - startedAt;
      events.httpRequest({ method, route: routeOf(request), status: response.statusCode, ms });
    });
    next();
  };
}

/**
 * The path of the contract, or of the page, that is asked for; `none` where there is none: paths as asked for would hold
 * UIDs.
 */
export function routeOf(request: Request): string {
  const { openapi } = request as { readonly openapi?: { readonly openApiRoute?: string } };
  return openapi?.openApiRoute ?? pages.get(request) ?? 'none';
}

const pages = new WeakMap<Request, string>();

/** Has the request be told of by the path of a page, as that is declared. */
export function isOfPage(request: Request, path: string): void {
  pages.set(request, path);
}
