import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { OPEN_ACCESS } from '../src/http/guard/access.ts';
import { pageRoutes } from '../src/http/page/page-routes.ts';
import { databaseTurns } from '../src/http/requests/database-turns.ts';
import { HTTP_METHODS, httpMetrics } from '../src/observe/metrics/http-metrics.ts';
import { metricDefiner } from '../src/observe/metrics/metric-definer.ts';
import { operationsOfContract } from './support/guarded-api.ts';
import { refusingParts } from './support/refusing-parts.ts';

const nobody = async () => {
  throw new Error('nobody asks');
};
const signIn = {
  sessions: { open: nobody, find: nobody, end: nobody },
  byKey: nobody,
  byProvider: { begin: nobody, finish: nobody },
};
const PAGES = pageRoutes({
  ...refusingParts(),
  access: { ...OPEN_ACCESS, signIn },
  turn: databaseTurns(),
});
/** Whatever page is asked for; a form that is sent answers with where to go. */
const OF_A_PAGE = ['200', '400', '401', '403', '404', '405', '429', '500', '503'];
const OF_A_FORM = ['200', '303', '400', '401', '403', '404', '405', '409', '413', '415', '429', '500', '503'];

/** Of requests that no operation answers: a path or method that is not there, the listener's own limits. */
const OF_NO_OPERATION = ['400', '404', '405', '408', '413', '415', '421', '429', '431'];

test('the number of series that the docs promise holds whatever the contract answers', () => {
  const operations = operationsOfContract();
  const pages = [...new Set(PAGES.map(({ path }) => path))];
  const routes = [...new Set(operations.map(({ route }) => route)), ...pages];
  const combinations = new Set([
    ...operations.flatMap(({ method, route, statuses }) =>
      (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]).flatMap((each) =>
        statuses.map((status) => `${each} ${route} ${status}`),
      ),
    ),
    ...PAGES.flatMap(({ method, path }) =>
      (method === 'get' ? ['GET', 'HEAD'] : ['POST']).flatMap((each) =>
        (method === 'get' ? OF_A_PAGE : OF_A_FORM).map((status) => `${each} ${path} ${status}`),
      ),
    ),
    ...routes.flatMap((route) => HTTP_METHODS.map((method) => `${method} ${route} 405`)),
    ...HTTP_METHODS.flatMap((method) => OF_NO_OPERATION.map((status) => `${method} none ${status}`)),
  ]);
  const statuses = new Set([
    ...operations.flatMap((each) => each.statuses),
    ...OF_A_FORM,
    ...OF_NO_OPERATION,
  ]);
  expect(HTTP_METHODS).toEqual(expect.arrayContaining(operations.map(({ method }) => method.toUpperCase())));
  const definer = metricDefiner(new Registry());
  httpMetrics(definer);
  const [{ labels, series }] = definer.described as [(typeof definer.described)[number]];
  expect(labels).toMatchObject({ route: { atMost: routes.length + 1 }, status: { atMost: statuses.size } });
  expect(series).toBe(combinations.size * 14);
});
