import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';
import { LOOPBACK, openCallbackBench, pass } from './support/callback-bench.ts';
import { LEDGER_KINDS, type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { newSecret, startReceiver, status, type WebhookReceiver } from './support/webhook-receiver.ts';

const secret = newSecret();
let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startReceiver(secret);
});
afterEach(() => receiver.close());

function start(place: LedgerPlace, part: 'end' | 'send') {
  const program = join(import.meta.dirname, 'support/callback-child.ts');
  const args = [program, place.dataDir, place.databaseUrl ?? '', part, receiver.url, secret];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return {
    ready: once(child.stdout, 'data'),
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test.each(LEDGER_KINDS)(
  'killed between result and delivery, and in the middle of one, every end is told under one id: %s',
  async (kind) => {
    const place = await startLedgerPlace(kind);
    const ending = start(place, 'end');
    await ending.ready;
    await ending.kill();
    expect(receiver.received).toEqual([]);

    // It has heard the message, and the sender never hears of that.
    receiver.answer = () => undefined;
    const sending = start(place, 'send');
    await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(1);
    await sending.kill();

    receiver.answer = status(204);
    const database = await openDatabase({ ...place, onFault: () => undefined });
    const rules = { endpoints: [{ url: receiver.url, secrets: [secret] }], localNetworks: LOOPBACK };
    const bench = await openCallbackBench(database, rules);
    const [claimed] = await bench.deliveries();
    expect(claimed).toMatchObject({ state: 'waiting', attempts: 1 });
    await pass(database, 120);
    const told = await bench.delivery(String(claimed!['analysisId']), ({ state }) => state !== 'waiting');
    expect(told).toMatchObject({ state: 'delivered', attempts: 2 });
    const ids = receiver.received.map(({ id }) => id);
    expect(ids).toEqual([told['id'], told['id']]);
    expect(receiver.received[1]!.text).toBe(receiver.received[0]!.text);
    await bench.close();
    await database.close();
    await place.remove();
  },
  180_000,
);
