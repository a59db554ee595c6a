import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { AuditedOperation } from '../guard/audited.ts';
import { fromOwnPage } from '../guard/same-origin.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { isOfPage } from '../requests/observed-requests.ts';
import { BODY_LIMIT_BYTES, refuseBodyButForm } from '../requests/request-body.ts';
import { pageHeaders } from './page-headers.ts';

/** A page for people, or what one sends. No operation of the contract: its form is ours to change. */
export interface PageRoute extends AuditedOperation {
  readonly method: 'get' | 'post';
  /** As express has it; what metrics and logs call it. */
  readonly path: string;
  readonly handle: (request: Request, response: Response) => unknown;
}

/**
 * A router of pages: the one place where a page is put behind what people must be allowed, and a form behind being sent
 * from here.
 */
export function pageRouterOf(
  routes: readonly PageRoute[],
  guards: (route: PageRoute) => readonly RequestHandler[],
): Router {
  const router = express.Router();
  for (const path of new Set(routes.map((route) => route.path))) {
    router.all(path, (request, response, next) => {
      isOfPage(request, path);
      pageHeaders(request, response, next);
    });
    const here = routes.filter((route) => route.path === path);
    for (const { handle, ...route } of here) {
      const form = [fromOwnPage, refuseBodyButForm, formBody];
      router[route.method](
        path,
        ...guards({ handle, ...route }),
        ...(route.method === 'post' ? form : []),
        handle,
      );
    }
    const allowed = here.map(({ method }) => (method === 'get' ? 'GET, HEAD' : 'POST')).join(', ');
    router.all(path, () => {
      throw new ProblemError('method-not-allowed', 'This page does not know this method.', {
        Allow: allowed,
      });
    });
  }
  router.use(
    '/page',
    (request, response, next) => pageHeaders(request, response, next),
    () => {
      throw new ProblemError('not-found', 'There is no such page.');
    },
  );
  return router;
}

const formBody = express.urlencoded({ extended: false, limit: BODY_LIMIT_BYTES, parameterLimit: 20 });
