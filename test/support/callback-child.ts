/**
 * A process that ends an analysis, or sends what is to be told of it, to be killed: `end` ends one and tells nobody,
 * `send` sends until it is killed. Prints a line when the analysis has ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { deliveryStore } from '../../src/callbacks/delivery-store.ts';
import { forbiddenAddresses } from '../../src/callbacks/forbidden-address.ts';
import { webhookPoster } from '../../src/callbacks/post-webhook.ts';
import { sendDeliveries } from '../../src/callbacks/send-deliveries.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { LOOPBACK, rulesOf } from './callback-bench.ts';
import { recordingEvents } from './ledger-events.ts';
import { openTestQueue } from './ledger-queue.ts';
import { INELIGIBLE, someStudy } from './ledger-sample.ts';

const [dataDir, databaseUrl, part, url, secret] = process.argv.slice(2) as [
  string,
  string,
  'end' | 'send',
  string,
  string,
];
const database = await openDatabase({
  dataDir,
  databaseUrl: databaseUrl === '' ? null : databaseUrl,
  onFault: () => undefined,
});
const { events } = recordingEvents();
if (part === 'send') {
  const rules = rulesOf({ endpoints: [{ url, secrets: [secret] }], localNetworks: LOOPBACK });
  const { post } = webhookPoster(forbiddenAddresses(rules.localNetworks), 'spinegrade/test');
  sendDeliveries({ database, store: deliveryStore(database), rules: () => rules, post, events });
} else {
  const queue = await openTestQueue(database, events, {
    concurrency: 1,
    retryLimit: 0,
    retryDelayMs: 10,
    timeoutMs: 60_000,
  });
  await queue.work(async () => INELIGIBLE);
  const { id } = await queue.submit(someStudy(), 'api');
  while ((await queue.find(id))?.finishedAt === null) await delay(5);
}
process.stdout.write('ready\n');
setInterval(() => undefined, 1000);
