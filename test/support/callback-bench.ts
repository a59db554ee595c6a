import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { type CallbackRules, parseCallbackRules } from '../../src/callbacks/callback-rules.ts';
import { deliveryStore } from '../../src/callbacks/delivery-store.ts';
import { forbiddenAddresses } from '../../src/callbacks/forbidden-address.ts';
import { webhookPoster } from '../../src/callbacks/post-webhook.ts';
import { sendDeliveries } from '../../src/callbacks/send-deliveries.ts';
import type { Database } from '../../src/database/sql.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import type { AnalysisOutcome } from '../../src/results/analysis-outcome.ts';
import { READY } from './api-for-each-test.ts';
import { openTestApi } from './test-api.ts';

export function rulesOf(file: object): CallbackRules {
  const parsed = parseCallbackRules(JSON.stringify(file));
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('; '));
  return parsed.rules;
}

export const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** The API, a worker and what tells receivers, over one database, as one process of the service has them. */
export async function openCallbackBench(database: Database, file: object, timeoutMs = 2_000) {
  const rules = rulesOf(file);
  const api = await openTestApi(database, async () => READY, rules);
  const poster = webhookPoster(forbiddenAddresses(rules.localNetworks), 'spinegrade/test', timeoutMs);
  const sending = sendDeliveries({
    database,
    store: deliveryStore(database, () => 0.5),
    rules: () => rules,
    post: poster.post,
    events: api.events,
  });
  const outcomes = new Map<StudyInstanceUid, () => Promise<AnalysisOutcome>>();
  await api.queue.work((study) => outcomes.get(study)!());
  const deliveries = async (query = '') => {
    const { body } = await request(api.app).get(`/deliveries${query}`);
    return body.deliveries as readonly Record<string, unknown>[];
  };
  return {
    ...api,
    deliveries,
    /** Asks for an analysis that comes to this; its id. */
    async ask(study: StudyInstanceUid, outcome: () => Promise<AnalysisOutcome>, body: object = {}) {
      outcomes.set(study, outcome);
      const answer = await request(api.app).post(`/studies/${study}/analyze`).send(body);
      if (answer.status !== 202) throw new Error(`HTTP ${answer.status}: ${answer.text}`);
      return answer.body.id as string;
    },
    /** The one delivery of an analysis, once it is as `enough` says. */
    async delivery(analysisId: string, enough: (delivery: Record<string, unknown>) => boolean) {
      for (let tries = 0; ; tries += 1) {
        const [found] = await deliveries(`?analysisId=${analysisId}`);
        if (found !== undefined && enough(found)) return found;
        if (tries > 200) throw new Error(`not so: ${JSON.stringify(found)}`);
        await delay(50);
      }
    },
    async close() {
      await sending.stop();
      await poster.close();
      await api.close();
    },
  };
}

/** Moves what waits nearer, as if that much time had passed by the database's clock. */
export async function pass(database: Database, seconds: number): Promise<void> {
  await database.query(
    `UPDATE spinegrade.delivery SET due_at = due_at - make_interval(secs => $1::float8) WHERE state = 'waiting'`,
    [seconds],
  );
}
