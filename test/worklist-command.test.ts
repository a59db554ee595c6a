import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSteps } from '../src/cli/worklist/listed-step.ts';
import { upsWorklist } from '../src/dicomweb/ups/ups-worklist.ts';
import type { Worklist } from '../src/dicomweb/ups/worklist.ts';
import type { SopInstanceUid } from '../src/domain/uid.ts';
import { begunReport } from '../src/worklist/step-report.ts';
import { PERFORMER_STATION } from '../src/worklist/which-steps.ts';
import { cli } from './support/cli-command.ts';
import { startUpsServer, type UpsServer } from './support/ups-server.ts';
import { CODE, workitem } from './support/workitems.ts';

const WHICH = { code: CODE, label: null, station: null };
const [OPEN, OURS, LOST, OTHER, NOT_MEANT] = ['2.25.1', '2.25.2', '2.25.3', '2.25.4', '2.25.5'];
let ups: UpsServer;
let worklist: Worklist;

beforeAll(async () => {
  ups = await startUpsServer();
  worklist = upsWorklist({ url: ups.url });
  for (const uid of [OPEN, OURS, LOST, OTHER]) ups.create(uid!, workitem());
  ups.create(NOT_MEANT!, workitem({ codeValue: 'brain-grading' }));
  const station = { ...PERFORMER_STATION, meaning: 'spinegrade' };
  for (const uid of [OURS, LOST, OTHER] as SopInstanceUid[]) {
    await worklist.changeState(uid, `${uid}.9`, 'IN PROGRESS');
    const performer = uid === OTHER ? { ...station, value: 'SOMEBODY' } : station;
    await worklist.update(
      uid,
      `${uid}.9`,
      begunReport({ step: ups.step(uid), station: performer, startedAt: new Date() }),
    );
  }
});
afterAll(async () => {
  await worklist?.close();
  await ups?.close();
});

const whose = (steps: readonly { readonly workitem: string; readonly whose: string }[]) =>
  Object.fromEntries(steps.map((step) => [step.workitem, step.whose]));

test('steps that are meant are told with whose they are', async () => {
  const steps = await listSteps(worklist, WHICH, PERFORMER_STATION, new Set([OURS!]));
  expect(whose(steps)).toEqual({ [OPEN!]: 'open', [OURS!]: 'ours', [LOST!]: 'lost', [OTHER!]: 'other' });
  expect(steps[0]).toMatchObject({ priority: 'routine', ready: true, studies: ['2.25.4711'] });
});

test('without a database that could be asked, what is under our station’s name is told as that', async () => {
  const steps = await listSteps(worklist, WHICH, PERFORMER_STATION, null);
  expect(whose(steps)).toEqual({
    [OPEN!]: 'open',
    [OURS!]: 'station',
    [LOST!]: 'station',
    [OTHER!]: 'other',
  });
});

test('the command lists them, and says what is missing where it cannot', async () => {
  const settings = { WORKLIST_URL: ups.url, WORKLIST_WORKITEM_CODE: `${CODE.value}^${CODE.scheme}` };
  const listed = await cli(['worklist', '--json'], settings);
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(whose(JSON.parse(String(listed.out)))).toMatchObject({ [OPEN!]: 'open', [OTHER!]: 'other' });
  expect(await cli(['worklist'], {})).toMatchObject({
    code: 1,
    err: expect.stringContaining('WORKLIST_URL'),
  });
  const away = await cli(['worklist'], { ...settings, WORKLIST_URL: 'http://127.0.0.1:1' });
  expect(away).toMatchObject({ code: 1, err: expect.stringContaining('search worklist') });
  expect((await cli(['worklist', '--nonsense'], settings)).code).toBe(2);
}, 60_000);
