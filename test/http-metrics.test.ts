import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { HTTP_METHODS, httpMetrics } from '../src/observe/metrics/http-metrics.ts';
import { metricDefiner } from '../src/observe/metrics/metric-definer.ts';
import { operationsOfContract } from './support/guarded-api.ts';

/** Of requests that no operation answers: a path or method that is not there, the listener's own limits. */
const OF_NO_OPERATION = ['400', '404', '405', '408', '413', '415', '421', '429', '431'];

test('the number of series that the docs promise holds whatever the contract answers', () => {
  const operations = operationsOfContract();
  const routes = [...new Set(operations.map(({ route }) => route))];
  const combinations = new Set([
    ...operations.flatMap(({ method, route, statuses }) =>
      (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]).flatMap((each) =>
        statuses.map((status) => `${each} ${route} ${status}`),
      ),
    ),
    ...routes.flatMap((route) => HTTP_METHODS.map((method) => `${method} ${route} 405`)),
    ...HTTP_METHODS.flatMap((method) => OF_NO_OPERATION.map((status) => `${method} none ${status}`)),
  ]);
  const statuses = new Set([...operations.flatMap((each) => each.statuses), ...OF_NO_OPERATION]);
  expect(HTTP_METHODS).toEqual(expect.arrayContaining(operations.map(({ method }) => method.toUpperCase())));
  const definer = metricDefiner(new Registry());
  httpMetrics(definer);
  const [{ labels, series }] = definer.described as [(typeof definer.described)[number]];
  expect(labels).toMatchObject({ route: { atMost: routes.length + 1 }, status: { atMost: statuses.size } });
  expect(series).toBe(combinations.size * 14);
});
