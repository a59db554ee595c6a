import { afterEach, describe, expect, test } from 'vitest';
import { upsWorklist } from '../src/dicomweb/ups/ups-worklist.ts';
import type { CodeOf } from '../src/domain/catalogue.ts';
import type { SopInstanceUid } from '../src/domain/uid.ts';
import { httpAnswer, type ScriptedServer, scriptedServer } from './support/scripted-server.ts';
import { startUpsServer, type UpsServer, type UpsServerWays } from './support/ups-server.ts';
import { CODE, coded, workitem } from './support/workitems.ts';

const STEP = '2.25.100' as SopInstanceUid;
const OURS = '2.25.200';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(
  ways: UpsServerWays = {},
): Promise<{ server: UpsServer; found: string[] } & ReturnType<typeof open>> {
  const server = await startUpsServer(ways);
  closing.push(server.close);
  const found: string[] = [];
  return { server, found, ...open(server.url, (way) => found.push(way)) };
}

function open(url: string, onWay: (way: CodeOf<'archive-way'>) => void) {
  const worklist = upsWorklist({ url, onWay });
  closing.push(worklist.close);
  return { worklist };
}

const progress = (percent: string) => ({
  '00741002': { vr: 'SQ', Value: [{ '00741004': { vr: 'DS', Value: [percent] } }] },
});
const FINAL = {
  '00741216': {
    vr: 'SQ',
    Value: [
      {
        '00404028': { vr: 'SQ', Value: [coded('SPINEGRADE-1', '99TEST', 'Spinegrade')] },
        '00404050': { vr: 'DT', Value: ['20260101120000'] },
        '00404051': { vr: 'DT', Value: ['20260101120100'] },
        '00404019': { vr: 'SQ', Value: [coded(CODE.value, CODE.scheme, CODE.meaning)] },
        '00404033': { vr: 'SQ', Value: [] },
      },
    ],
  },
};

describe('a worklist over UPS-RS', () => {
  test('a step is created, found, claimed, updated and completed', async () => {
    const { worklist, server, found } = await opened();
    expect(await worklist.create(STEP, workitem())).toBe('done');
    expect(await worklist.create(STEP, workitem())).toBe('refused');
    const keys = { ProcedureStepState: 'SCHEDULED', 'ScheduledWorkitemCodeSequence.CodeValue': CODE.value };
    expect((await worklist.search(keys)).map((step) => step['00080018']?.Value)).toEqual([[STEP]]);
    expect(await worklist.search({ ...keys, WorklistLabel: 'Other' })).toEqual([]);
    expect(await worklist.changeState(STEP, OURS, 'IN PROGRESS')).toBe('done');
    expect(await worklist.changeState(STEP, '2.25.201', 'IN PROGRESS')).toBe('refused');
    expect(await worklist.update(STEP, OURS, progress('50'))).toBe('done');
    expect(await worklist.changeState(STEP, OURS, 'COMPLETED')).toBe('refused');
    expect(await worklist.update(STEP, OURS, FINAL)).toBe('done');
    expect(await worklist.changeState(STEP, OURS, 'COMPLETED')).toBe('done');
    expect(await worklist.changeState(STEP, OURS, 'COMPLETED')).toBe('done');
    expect(await worklist.changeState(STEP, OURS, 'CANCELED')).toBe('refused');
    expect((await worklist.retrieve(STEP))?.['00741000']?.Value).toEqual(['COMPLETED']);
    expect(server.state(STEP)).toBe('COMPLETED');
    expect(found).toEqual([]);
  });

  test('a step that is not there is gone, and no fault', async () => {
    const { worklist } = await opened();
    expect(await worklist.retrieve(STEP)).toBeNull();
    expect(await worklist.changeState(STEP, OURS, 'IN PROGRESS')).toBe('gone');
    expect(await worklist.update(STEP, OURS, progress('1'))).toBe('gone');
    expect(await worklist.search({})).toEqual([]);
  });

  test.each(['transaction', 'Transaction-UID', 'bare', 'data-set'] as const)(
    'takes the Transaction UID by way of %s: found out once',
    async (transactionUid) => {
      const { worklist, server, found } = await opened({ transactionUid });
      server.create(STEP, workitem());
      await worklist.changeState(STEP, OURS, 'IN PROGRESS');
      expect(await worklist.update(STEP, OURS, progress('10'))).toBe('done');
      const before = server.asked.length;
      expect(await worklist.update(STEP, OURS, progress('20'))).toBe('done');
      expect(server.asked).toHaveLength(before + 1);
      expect(server.step(STEP)['00741002']).toEqual(progress('20')['00741002']);
      expect(found).toEqual(['transaction-uid-otherwise']);
      // Another's step is not taken for a way of the server's own.
      expect(await worklist.update(STEP, '2.25.201', progress('30'))).toBe('refused');
    },
  );

  test('another performer’s step is refused in every way, and nothing is learnt of that', async () => {
    const { worklist, server, found } = await opened();
    server.create(STEP, workitem());
    server.claim(STEP, '2.25.999');
    expect(await worklist.update(STEP, OURS, progress('10'))).toBe('refused');
    expect(found).toEqual([]);
    expect(server.step(STEP)['00741002']?.Value).toEqual([]);
  });

  test('a server that takes a workitem alone is sent it so', async () => {
    const { worklist, server, found } = await opened({ payload: 'alone' });
    expect(await worklist.create(STEP, workitem())).toBe('done');
    expect(await worklist.changeState(STEP, OURS, 'IN PROGRESS')).toBe('done');
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'POST', 'PUT']);
    expect(found).toEqual(['workitem-without-array']);
  });

  test('updates go by PUT where POST means something else, found out without harm, also by an update first', async () => {
    const { worklist, server, found } = await opened({
      updatesByPut: true,
      payload: 'alone',
      fallsOverArray: true,
    });
    server.create(STEP, workitem());
    server.claim(STEP, OURS);
    expect(await worklist.update(STEP, '2.25.201', progress('5'))).toBe('refused');
    expect(await worklist.update(STEP, OURS, progress('10'))).toBe('done');
    const before = server.asked.length;
    expect(await worklist.update(STEP, OURS, progress('20'))).toBe('done');
    expect(server.asked.slice(before).map(({ method }) => method)).toEqual(['PUT']);
    expect(server.step(STEP)['00741002']).toEqual(progress('20')['00741002']);
    expect(found).toEqual(['workitem-without-array', 'transaction-uid-otherwise']);
    expect(server.state(STEP)).toBe('IN PROGRESS');
  });

  test('an update that a server falls over is a fault, and no way is learnt of it', async () => {
    const { worklist, server, found } = await opened({ transactionUid: 'transaction' });
    server.create(STEP, workitem());
    server.claim(STEP, OURS);
    Object.assign(server.said, { fails: (method: string) => method === 'POST', status: 500 });
    await expect(worklist.update(STEP, OURS, progress('10'))).rejects.toMatchObject({
      code: 'worklist-fault',
    });
    server.said.fails = () => false;
    expect(await worklist.update(STEP, OURS, progress('10'))).toBe('done');
    expect(found).toEqual(['transaction-uid-otherwise']);
  });

  test.each(['bare', 'workitem', 'data-set'] as const)(
    'a step is created by a UID that stands %s',
    async (newUid) => {
      const { worklist, server } = await opened({ newUid });
      expect(await worklist.create(STEP, workitem())).toBe('done');
      expect(await worklist.create(STEP, workitem())).toBe('refused');
      expect(server.all()).toEqual([STEP]);
    },
  );

  test.each([400, 500] as const)(
    'a server that answers %i to the keys of sequences is asked for the state alone',
    async (refusesKeys) => {
      const { worklist, server, found } = await opened({ refusesKeys });
      server.create(STEP, workitem());
      const keys = { ProcedureStepState: 'SCHEDULED', 'ScheduledWorkitemCodeSequence.CodeValue': CODE.value };
      expect(await worklist.search(keys)).toHaveLength(1);
      expect(found).toEqual(['worklist-keys-refused']);
    },
  );

  test('more steps than a page has are read to the end, each once', async () => {
    const { worklist, server } = await opened();
    for (let serial = 0; serial < 450; serial += 1) server.create(`2.25.1${serial}`, workitem());
    expect(await worklist.search({ ProcedureStepState: 'SCHEDULED' })).toHaveLength(450);
  });

  test('a subscription says where its channel is', async () => {
    const { worklist, server } = await opened();
    expect(await worklist.subscribe('SPINE GRADE', null)).toBe(
      `${server.url.replace('http', 'ws')}/channel/SPINE GRADE`,
    );
    expect(await worklist.subscribe('A', { WorklistLabel: 'Spine' })).toContain('/channel/A');
    expect(server.asked.at(-1)?.url).toContain(
      '1.2.840.10008.5.1.4.34.5.1/subscribers/A?deletionlock=false&filter=WorklistLabel%3DSpine',
    );
  });
});

describe('a worklist that answers otherwise', () => {
  async function scripted(bytes: Buffer): Promise<{ server: ScriptedServer } & ReturnType<typeof open>> {
    const server = await scriptedServer((_, socket) => socket.write(bytes));
    closing.push(server.close);
    return { server, ...open(server.url, () => undefined) };
  }

  test.each([
    ['no JSON', httpAnswer(200, 'hello Doe^John'), 'search worklist: the answer is not an array'],
    ['no data sets', httpAnswer(200, '[1, 2]'), 'search worklist: the answer is not an array'],
    ['403', httpAnswer(403, 'Doe^John'), 'search worklist: HTTP 403'],
    [
      'a redirect',
      httpAnswer(302, '', { Location: 'http://elsewhere.example/' }),
      'search worklist: HTTP 302',
    ],
  ])('%s is a fault by code, without a word of the answer', async (_, bytes, message) => {
    const { worklist } = await scripted(bytes);
    const fault = await worklist.search({}).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'worklist-fault',
      retryable: true,
      message: expect.stringContaining(message),
    });
    expect(String(fault)).not.toContain('Doe');
  });

  test('one step alone, not in an array, is read', async () => {
    const { worklist } = await scripted(httpAnswer(200, JSON.stringify(workitem())));
    expect((await worklist.retrieve(STEP))?.['00741202']?.Value).toEqual(['Spine']);
  });
});
