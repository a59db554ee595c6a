import { CATALOGUE, type CodeOf } from '../../domain/catalogue.ts';
import type { InferenceExchange } from '../../domain/inference-call.ts';
import type { EventWriter } from './event-writer.ts';
import { whatBecameOf } from './what-became-of.ts';

/** The inference server, where networks run on one. */
export function inferenceEvents({ log, metrics, words }: EventWriter) {
  return {
    inferenceAsked(exchange: InferenceExchange) {
      const { call, status, ms, end } = exchange;
      const became = whatBecameOf(exchange);
      metrics.inferenceRequests.inc({ call, status: became });
      if (became === '2xx') metrics.inferenceSeconds.observe({ call }, ms / 1000);
      log.trace(
        { event: 'inference-asked', call, status, end, ms: Math.round(ms) },
        'inference server asked',
      );
    },
    /** At the start it answers, and is what the packs say. */
    inferenceSeen() {
      metrics.inferenceAvailable.set(1);
    },
    /** The server is away, and why; null: it answers again, after `awayMs`. Meanwhile no study is blamed. */
    inferenceAway(code: CodeOf<'fault'> | null, awayMs: number, why: string) {
      metrics.inferenceAvailable.set(code === null ? 1 : 0);
      metrics.inferenceAwaySince.reset();
      if (code !== null) {
        metrics.inferenceAwaySince.set({ code }, (Date.now() - awayMs) / 1000);
        const facts = { event: 'inference-away', code, why: words(why) };
        log.error(facts, `${CATALOGUE[code].meaning} Work waits for it.`);
      } else {
        log.warn(
          { event: 'inference-back', awayMs: Math.round(awayMs) },
          'the inference server answers, and is what the packs say',
        );
      }
    },
  };
}
