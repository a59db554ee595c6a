import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Events } from '../observe/events/events.ts';
import { type AnalysesParts, analysesRoutes } from './analyses/analyses-routes.ts';
import { type DeliveriesParts, deliveriesRoutes } from './callbacks/deliveries-routes.ts';
import { type EventsParts, eventsRoutes } from './cloudevents/events-routes.ts';
import { oneAnswerAtATime } from './connections.ts';
import type { Access } from './guard/access.ts';
import { type AuditedOperation, audited } from './guard/audited.ts';
import { guarded } from './guard/guarded.ts';
import { localOnly } from './guard/local-only.ts';
import { limitedByAddress, limitedByKey } from './guard/rate-limits.ts';
import { type ModelsParts, modelsRoute } from './operations/models-route.ts';
import { type OperationsParts, operationsRoutes } from './operations/operations-routes.ts';
import { type ShadowParts, shadowRoutes } from './operations/shadow-routes.ts';
import { pageErrors } from './page/page-errors.ts';
import type { PageParts } from './page/page-parts.ts';
import { type PageRoute, pageRouterOf } from './page/page-route.ts';
import { pageRoutes } from './page/page-routes.ts';
import { ProblemError } from './problems/problem-error.ts';
import { problemHandler } from './problems/problem-handler.ts';
import { databaseTurns } from './requests/database-turns.ts';
import { headAsGet } from './requests/head-as-get.ts';
import { observedRequests } from './requests/observed-requests.ts';
import { protectiveHeaders } from './requests/protective-headers.ts';
import { readBody } from './requests/request-body.ts';
import { type Route, routerOf } from './route.ts';

interface EveryApp {
  readonly access: Access;
  readonly events: Events;
  /** Turns down requests that break the contract. */
  readonly contract: readonly RequestHandler[];
}
export type OperationsAppParts = Omit<OperationsParts, 'turn'> & EveryApp;
export type AppParts = Omit<
  AnalysesParts & EventsParts & DeliveriesParts & OperationsParts & ShadowParts & ModelsParts & PageParts,
  'turn'
> &
  EveryApp;

/** The HTTP API of openapi/spinegrade.yaml. Requests that break the contract are turned down before any handler. */
export function createApp(parts: AppParts): Express {
  const turn = databaseTurns();
  return appOf(parts, areas(parts, turn), pageRoutes({ ...parts, turn }));
}

/** Of that API what orchestration and monitoring ask, for a process that takes no studies in. */
export function createOperationsApp(parts: OperationsAppParts): Express {
  return appOf(parts, [operationsRoutes({ ...parts, turn: databaseTurns() })]);
}

/** The routes of every area; those that ask the database share its turns. */
export function areas(
  parts: Omit<AppParts, Exclude<keyof EveryApp, 'events'>>,
  turn = databaseTurns(),
): readonly (readonly Route[])[] {
  return [
    analysesRoutes({ ...parts, turn }),
    eventsRoutes({ ...parts, turn }),
    deliveriesRoutes({ ...parts, turn }),
    operationsRoutes({ ...parts, turn }),
    shadowRoutes({ ...parts, turn }),
    [modelsRoute(parts)],
  ];
}

function appOf(
  { access, events, contract }: EveryApp,
  areas: readonly (readonly Route[])[],
  pages: readonly PageRoute[] = [],
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', access.trustedProxies);
  app.use(observedRequests(events), protectiveHeaders, oneAnswerAtATime(), headAsGet);
  if (access.localOnly) app.use(localOnly);
  app.use(limitedByAddress(access.limits));
  const byKey = limitedByKey(access.limits);
  if (pages.length > 0) app.use(pagesOf(pages, { access, events, byKey }));
  app.use(...readBody, ...contract);
  const guards = (operation: AuditedOperation) => [
    audited(operation, access.record),
    guarded(operation.permission, access),
    byKey,
  ];
  for (const routes of areas) app.use(routerOf(routes, guards));
  app.use(() => {
    throw new ProblemError(
      'not-found',
      'This process answers probes and monitoring alone: ask one of role api.',
    );
  });
  app.use(problemHandler(events));
  return app;
}

/** Before the contract, which says nothing of them: with headers, errors and bodies of their own. */
function pagesOf(
  routes: readonly PageRoute[],
  { access, events, byKey }: Omit<EveryApp, 'contract'> & { readonly byKey: RequestHandler },
): Router {
  const router = pageRouterOf(routes, (route) => [
    audited(route, access.record),
    guarded(route.permission, access, 'everything'),
    byKey,
  ]);
  router.use(pageErrors(events, access));
  return router;
}
