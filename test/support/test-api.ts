import request from 'supertest';
import type { AuditEvent } from '../../src/audit/audit-log.ts';
import { callbackAsker } from '../../src/callbacks/callback-asker.ts';
import { type CallbackRules, NO_CALLBACKS } from '../../src/callbacks/callback-rules.ts';
import { deliveryStore } from '../../src/callbacks/delivery-store.ts';
import { type EventKinds, NO_EVENTS } from '../../src/cloudevents/event-kinds.ts';
import type { Database } from '../../src/database/sql.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import { type AppParts, createApp } from '../../src/http/app.ts';
import { type Access, OPEN_ACCESS } from '../../src/http/guard/access.ts';
import type { ReadinessChecks } from '../../src/http/operations/operations-routes.ts';
import { heldAgainstContract } from '../../src/http/requests/held-against-contract.ts';
import { readManifest } from '../../src/inference/pack/read-manifest.ts';
import { analysisFollower } from '../../src/jobs/analysis-follower.ts';
import type { AnalyzeStudy } from '../../src/results/analysis-outcome.ts';
import { sqlResultOutbox } from '../../src/results/sql-result-outbox.ts';
import { summaryPicture } from '../../src/results/summary-picture.ts';
import { toldModels } from '../../src/roles/told-models.ts';
import { shadowComparison } from '../../src/shadow/shadow-comparison.ts';
import { shadowStore } from '../../src/shadow/shadow-store.ts';
import { callWatcher } from '../../src/watch/watch-call.ts';
import { recordingEvents } from './ledger-events.ts';
import { openTestQueue } from './ledger-queue.ts';

export type TestApi = Awaited<ReturnType<typeof openTestApi>>;

const SETTINGS = { concurrency: 1, retryLimit: 0, retryDelayMs: 10, timeoutMs: 600_000 };

/** Compiled once for all the apps of a test file. */
const CONTRACT = heldAgainstContract({ answersToo: true });

/** The HTTP API before a queue of its own on the database; what it says is held against the contract. */
export async function openTestApi(
  database: Database,
  readiness: () => Promise<ReadinessChecks>,
  rules: CallbackRules = NO_CALLBACKS,
  access: Partial<Access> = {},
  pictures: Partial<Pick<AppParts, 'picture' | 'region' | 'measured'>> = {},
  eventKinds: EventKinds = NO_EVENTS,
) {
  const { events, registry, lines } = recordingEvents();
  const queue = await openTestQueue(database, events, SETTINGS);
  const shadow = (since: Date) => shadowComparison(shadowStore(database), since);
  const follower = analysisFollower(database, events);
  const series: string[] = [];
  const audited: AuditEvent[] = [];
  const callbacks = {
    callbacks: callbackAsker(database, () => rules),
    deliveries: deliveryStore(database),
  };
  const archive = { retrieveInstance: async () => null };
  const packs = { serving: await readManifest('models/default'), canary: null, shadow: null };
  const { name, version } = packs.serving.manifest;
  const onProcessor = { name, version, packSha256: packs.serving.sha256, executionProvider: 'cpu' };
  const app = createApp({
    access: { ...OPEN_ACCESS, record: (event) => audited.push(event), ...access },
    ...callbacks,
    ...{ queue, steering: queue.steering, readiness, shadow, registry, events, follower },
    eventKinds,
    callWatcher: (studies) => callWatcher(database, studies),
    seriesOf: async () => series,
    region: async () => null,
    measured: async () => null,
    picture: (study, object) => summaryPicture({ outbox: sqlResultOutbox(database), archive }, study, object),
    ...pictures,
    models: () => toldModels(packs, { ...packs, serving: { algorithm: onProcessor } }),
    contract: CONTRACT,
  });
  return {
    app,
    queue,
    events,
    registry,
    follower,
    /** Series Instance UIDs that the archive has of every study. */
    series,
    /** What was logged. */
    lines,
    /** What the audit log was told. */
    audited,
    /** Submits the study and follows the Location to the answer that tells a final state. */
    async analysed(study: StudyInstanceUid, analyze: AnalyzeStudy) {
      await queue.work(analyze);
      const submitted = await request(app).post(`/studies/${study}/analyze`);
      for (;;) {
        const answer = await request(app).get(submitted.get('Location')!);
        if (answer.body.finishedAt !== null) return answer;
      }
    },
    async close() {
      follower.close();
      await queue.stop({ timeoutMs: 0 });
    },
  };
}
