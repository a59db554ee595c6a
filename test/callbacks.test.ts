import request from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callbackAsker } from '../src/callbacks/callback-asker.ts';
import { LOOPBACK, openCallbackBench, pass, rulesOf } from './support/callback-bench.ts';
import { contractChecker } from './support/contract-check.ts';
import { LEDGER_KINDS } from './support/ledger-databases.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';
import { INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';
import { newSecret, startReceiver, status, type WebhookReceiver } from './support/webhook-receiver.ts';

type Bench = Awaited<ReturnType<typeof openCallbackBench>>;

const check = contractChecker();
const secret = newSecret();

describe.each(LEDGER_KINDS)('on %s', (kind) => {
  const at = ledgerForTests(kind);
  let receiver: WebhookReceiver;
  let bench: Bench;
  const open = (file: object) => openCallbackBench(at.database, file);
  beforeEach(async () => {
    receiver = await startReceiver(secret);
    bench = await open({
      endpoints: [{ url: receiver.url, secrets: [newSecret(), secret] }],
      hosts: [{ host: receiver.host, secrets: [secret] }],
      localNetworks: LOOPBACK,
    });
  });
  afterEach(async () => {
    await bench.close();
    await receiver.close();
  });
  const stored = (study = someStudy()) => ({ study, outcome: () => keptOutcome(at.database, study) });
  const ends = ({ state }: Record<string, unknown>) => state !== 'waiting';

  test('each final state is told once, signed, in few words', async () => {
    const { study, outcome } = stored();
    const failing = someStudy();
    const asked = [
      [study, outcome, 'stored', []],
      [someStudy(), async () => INELIGIBLE, 'ineligible', INELIGIBLE.reasons.map(({ code }) => code)],
      [failing, () => Promise.reject(new Error('DOE^JANE')), 'failed', []],
    ] as const;
    for (const [study, outcome, state, codes] of asked) {
      const analysisId = await bench.ask(study, outcome);
      const delivery = await bench.delivery(analysisId, ends);
      expect(delivery).toMatchObject({ state: 'delivered', attempts: 1, status: 204, fault: null });
      const told = receiver.received.filter(({ message }) => message.data['analysisId'] === analysisId);
      expect(told).toHaveLength(1);
      const [{ message, id, text, headers }] = told as [(typeof told)[0]];
      expect(message).toEqual({
        type: `analysis.${state}`,
        timestamp: expect.any(String),
        data: { analysisId, studyInstanceUid: study, state, codes },
      });
      const { body } = await request(bench.app).get(`/analyses/${analysisId}`);
      expect(new Date(message.timestamp)).toEqual(new Date(body.finishedAt));
      expect(id).toBe(delivery['id']);
      expect(text.length).toBeLessThan(20_000);
      expect(text).not.toContain('DOE');
      expect(headers['content-type']).toBe('application/json');
    }
    expect(receiver.refused).toBe(0);
  });

  test('whoever asks with a request is told of that analysis', async () => {
    const { study, outcome } = stored();
    const callbackUrl = `http://${receiver.host}/asked?token=secret-word`;
    const analysisId = await bench.ask(study, outcome, { callbackUrl });
    const of = async () => (await bench.deliveries(`?analysisId=${analysisId}`)).length;
    await expect.poll(of, { timeout: 10_000 }).toBe(2);
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(2);
    expect(receiver.received.map(({ path }) => path).toSorted()).toEqual([
      '/asked?token=secret-word',
      '/hooks',
    ]);
    const listed = await request(bench.app).get('/deliveries');
    check(['/deliveries', 'get'], listed);
    expect(listed.text).not.toContain('secret-word');
    expect(JSON.stringify(bench.lines)).not.toContain('secret-word');
    expect(receiver.refused).toBe(0);
  });

  test('of an analysis that has ended meanwhile is told at once', async () => {
    const { study, outcome } = stored();
    const analysisId = await bench.ask(study, outcome);
    await bench.delivery(analysisId, ends);
    const asker = callbackAsker(at.database, () =>
      rulesOf({ hosts: [{ host: receiver.host, secrets: [secret] }] }),
    );
    await asker.ask(analysisId, `http://${receiver.host}/late`);
    await expect
      .poll(() => receiver.received.map(({ path }) => path), { timeout: 10_000 })
      .toEqual(['/hooks', '/late']);
    expect(receiver.received[1]!.message).toEqual(receiver.received[0]!.message);
  });

  test('a host that is not allowed is refused, and nothing is put in the queue', async () => {
    for (const callbackUrl of [
      'http://127.0.0.1:1/hooks',
      `http://user:word@${receiver.host}/hooks`,
      `ftp://${receiver.host}/`,
      `http://${receiver.host}.example/`,
      `http://example@127.0.0.1/`,
      'no url',
    ]) {
      const study = someStudy();
      const answer = await request(bench.app).post(`/studies/${study}/analyze`).send({ callbackUrl });
      check(['/studies/{studyInstanceUid}/analyze', 'post'], answer);
      expect([answer.status, answer.body.type]).toEqual([422, 'urn:spinegrade:problem:callback-refused']);
      const { body } = await request(bench.app).get(`/studies/${study}/analyses`);
      expect(body.analyses).toEqual([]);
    }
  });

  test('what is refused is tried again over three days under the same id, then listed and replayed', async () => {
    receiver.answer = status(500);
    const { study, outcome } = stored();
    const analysisId = await bench.ask(study, outcome);
    const waits: number[] = [];
    for (let attempts = 1; attempts <= 10; attempts += 1) {
      const { dueAt, ...delivery } = await bench.delivery(
        analysisId,
        (now) => now['attempts'] === attempts && now['fault'] !== null,
      );
      expect(delivery).toMatchObject({ state: 'waiting', status: 500, fault: 'status' });
      const { rows } = await at.database.query<{ seconds: number }>(
        'SELECT extract(epoch FROM $1::timestamptz - now())::float8 AS seconds',
        [dueAt],
      );
      waits.push(rows[0]!.seconds);
      await pass(at.database, rows[0]!.seconds - 0.01);
      await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(attempts + 1);
    }
    const schedule = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (const [index, seconds] of schedule.entries()) {
      expect(Math.abs(waits[index]! - seconds), String(index)).toBeLessThan(4);
    }
    const failed = await bench.delivery(analysisId, ends);
    expect(failed).toMatchObject({ state: 'failed', attempts: 11, status: 500, dueAt: null });
    expect(await bench.deliveries('?state=failed')).toContainEqual(failed);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([failed['id']]));

    receiver.answer = status(200);
    const replayed = await request(bench.app).post(`/deliveries/${failed['id']}/replay`);
    check(['/deliveries/{id}/replay', 'post'], replayed);
    expect(replayed.body).toMatchObject({ state: 'waiting', attempts: 0 });
    const delivered = await bench.delivery(analysisId, ({ state }) => state === 'delivered');
    expect(delivered).toMatchObject({ attempts: 1, status: 200 });
    expect(receiver.received.at(-1)!.id).toBe(failed['id']);
    const unknown = await request(bench.app).post(`/deliveries/${analysisId}/replay`);
    check(['/deliveries/{id}/replay', 'post'], unknown);
    expect(unknown.status).toBe(404);
  });

  test('a redirect is no delivery, and is not followed', async () => {
    receiver.answer = status(302, { Location: receiver.url });
    const { study, outcome } = stored();
    const analysisId = await bench.ask(study, outcome);
    const delivery = await bench.delivery(analysisId, ({ fault }) => fault !== null);
    expect(delivery).toMatchObject({ state: 'waiting', status: 302, fault: 'status' });
    expect(receiver.received).toHaveLength(1);
  });

  test('a receiver that asks for time gets it', async () => {
    receiver.answer = status(503, { 'Retry-After': '3600' });
    const { study, outcome } = stored();
    const analysisId = await bench.ask(study, outcome);
    const { dueAt } = await bench.delivery(analysisId, ({ fault }) => fault !== null);
    expect(Date.parse(String(dueAt)) - Date.now()).toBeGreaterThan(3_500_000);
  });

  test('one that hangs, and one that breaks off, are tried again, and hold up nobody else', async () => {
    receiver.answer = () => undefined;
    const hanging = stored();
    const first = await bench.ask(hanging.study, hanging.outcome);
    const late = await bench.delivery(first, ({ fault }) => fault !== null);
    expect(late).toMatchObject({ state: 'waiting', status: null, fault: 'not-in-time' });
    receiver.answer = (response) => void response.destroy();
    const broken = stored();
    const second = await bench.ask(broken.study, broken.outcome);
    const cut = await bench.delivery(second, ({ fault }) => fault !== null);
    expect(cut).toMatchObject({ state: 'waiting', status: null, fault: 'no-answer' });
  });

  test('410 switches a receiver off until a replay to it succeeds', async () => {
    receiver.answer = status(410);
    const [one, other, third] = [stored(), stored(), stored()];
    const first = await bench.ask(one.study, one.outcome);
    expect(await bench.delivery(first, ends)).toMatchObject({ state: 'failed', status: 410, fault: 'gone' });
    receiver.answer = status(204);
    const second = await bench.ask(other.study, other.outcome);
    const untold = await bench.delivery(second, ends);
    expect(untold).toMatchObject({ state: 'failed', attempts: 0, fault: 'endpoint-off' });
    expect(receiver.received).toHaveLength(1);
    await request(bench.app).post(`/deliveries/${untold['id']}/replay`).expect(202);
    await bench.delivery(second, ({ state }) => state === 'delivered');
    const last = await bench.ask(third.study, third.outcome);
    expect(await bench.delivery(last, ends)).toMatchObject({ state: 'delivered' });
  });

  test('no address of this host is connected to unless that is allowed, by name or by number', async () => {
    await bench.close();
    const port = receiver.host.split(':')[1];
    const urls = [
      receiver.url,
      `http://localhost:${port}/hooks`,
      `http://[::ffff:127.0.0.1]:${port}/hooks`,
      'http://169.254.169.254/latest/meta-data/',
    ];
    bench = await open({ endpoints: urls.map((url) => ({ url, secrets: [secret] })) });
    const { study, outcome } = stored();
    const analysisId = await bench.ask(study, outcome);
    const faults = async () =>
      (await bench.deliveries(`?analysisId=${analysisId}`)).map(({ state, fault }) => [state, fault]);
    const forbidden = urls.map(() => ['failed', 'address-forbidden']);
    await expect.poll(faults, { timeout: 10_000 }).toEqual(forbidden);
    expect(receiver.connections).toBe(0);
  });

  test('pages through deliveries, neither repeating nor losing any', async () => {
    const all = await bench.deliveries();
    expect(all.length).toBeGreaterThan(5);
    const after = await bench.deliveries(`?after=${all[2]!['id']}`);
    expect(after).toEqual(all.slice(3));
    const bad = await request(bench.app).get('/deliveries?state=lost');
    check(['/deliveries', 'get'], bad);
    expect(bad.status).toBe(400);
  });
});
