/**
 * The service's queue in a process of its own, to be killed. Its archive is a file: every delivery of an object
 * appends a line, as a PACS would get the object. Prints a line when it works, one for every stage begun, and one when nothing is left to do.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open-database.ts';
import { openAnalyses } from '../../src/jobs/ledger/open-analyses.ts';
import type { AnalyzeStudy } from '../../src/results/analysis-outcome.ts';
import { sqlResultOutbox } from '../../src/results/sql-result-outbox.ts';
import { recordingEvents } from './ledger-events.ts';
import { openTestQueue } from './ledger-queue.ts';
import { composeSample, GRADED } from './ledger-sample.ts';

const [dataDir, databaseUrl, archive] = process.argv.slice(2) as [string, string, string];
const database = await openDatabase({
  dataDir,
  databaseUrl: databaseUrl === '' ? null : databaseUrl,
  onFault: () => undefined,
});
const outbox = sqlResultOutbox(database);
const { events } = recordingEvents();
const queue = await openTestQueue(database, events, {
  concurrency: 2,
  retryLimit: 0,
  retryDelayMs: 10,
  timeoutMs: 60_000,
  heartbeatSeconds: 10,
});

const analyze: AnalyzeStudy = async (study, { observe }) => {
  const stage: typeof observe = (name, work) =>
    observe(name, async () => {
      process.stdout.write(`${name}\n`);
      await delay(15);
      return await work();
    });
  const composed = composeSample(study);
  const earlier = await outbox.find(composed.analysisKey);
  const kept = earlier ?? (await stage('report', () => outbox.keep(composed)));
  for (const { sopInstanceUid } of kept.objects.filter(({ stored }) => !stored)) {
    await stage('store', async () => appendFileSync(archive, `${study} ${sopInstanceUid}\n`));
    await outbox.markStored(sopInstanceUid, null);
  }
  return { kind: 'stored', graded: GRADED, results: kept };
};
await queue.work(analyze);
process.stdout.write('working\n');
const left = async () => {
  const { queued, running } = await openAnalyses(database);
  return queued + running;
};
while ((await left()) > 0) await delay(20);
process.stdout.write('idle\n');
