import { CATALOGUE, type ProblemCode } from '../../domain/catalogue.ts';
import { HTTP_METHODS } from '../metrics/http-metrics.ts';
import { seldom } from '../seldom.ts';
import type { EventWriter } from './event-writer.ts';

/** Of requests turned down for the same reason there is no more than one line in so long. */
const TURNED_DOWN_EVERY_MS = 60_000;

/** Requests of the API. */
export function httpEvents({ log, metrics, fault }: EventWriter) {
  const turnedDown = seldom(TURNED_DOWN_EVERY_MS);
  return {
    /** `route` is the path in the contract, never the path asked for. */
    httpRequest(request: {
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly ms: number;
    }) {
      const { method, route, status, ms } = request;
      const counted = HTTP_METHODS.includes(method) ? method : 'other';
      metrics.requestSeconds.observe({ method: counted, route, status: String(status) }, ms / 1000);
      log.debug({ event: 'http-request', method, route, status, ms: Math.round(ms) }, 'request answered');
    },
    /** The service could not take a request just now (503). A flood of them is a line a minute: `count` since the last. */
    httpTurnedDown(code: ProblemCode, method: string, route: string) {
      turnedDown(`${code} ${method} ${route}`, (count) =>
        log.warn({ event: 'http-turned-down', code, method, route, count }, CATALOGUE[code].meaning),
      );
    },
    /** `instance` is in the problem document the client got. */
    httpFault(instance: string, error: unknown) {
      metrics.faults.inc({ part: 'http' });
      log.error({ event: 'http-fault', instance, ...fault(error) }, 'request failed');
    },
  };
}
