import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Analysis } from '../src/cli/demo/follow-analysis.ts';
import type { Stage } from '../src/domain/stage.ts';
import { STAGES } from '../src/domain/stage.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { seededRandom } from '../src/phantom/random.ts';
import { reportsIn, storeAll } from './support/archive-client.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { type ServiceClient, until } from './support/service-client.ts';

const SEED = 21;
/** What the archive is slowed to, so that stages that wait for it last. */
const SLOW_MS = 250;

const at = proxiedSiteForTests(SEED);

afterEach(async () => {
  await at.site.service.stop();
}, 120_000);

/** The service beside the slowed archive, whatever became of the process before it. */
const start = (settings: Readonly<Record<string, string>> = {}) =>
  at.site.startService({ PACS_URL: at.proxy.dicomWebUrl, WATCH_QUIET_MS: '2500', ...settings });

async function kill(): Promise<void> {
  process.kill(at.site.service.pid, 'SIGKILL');
  expect(await at.site.service.stop()).toBeNull();
}

/** Waits until the study's latest analysis has come as far as `stage`, or is final. */
function reaches(client: ServiceClient, study: StudyInstanceUid, stage: Stage) {
  return until(`stage ${stage}`, async () => {
    const [latest] = await client.analyses(study);
    return latest !== undefined && isAt(latest, stage) && latest;
  });
}

function isAt({ stage, finishedAt, state }: Analysis, wanted: Stage): boolean {
  if (finishedAt !== null) return true;
  return state === 'running' && stage !== null && STAGES.indexOf(stage) >= STAGES.indexOf(wanted);
}

test('killed at every stage, the service gives the study exactly one report', async () => {
  const study = at.objects[0]!.studyInstanceUid;
  const delays = seededRandom(SEED, 'kills');
  const stored = () => at.proxy.answered.some(({ method, status }) => method === 'POST' && status === 200);
  at.proxy.treat = ({ method }) =>
    method === 'POST' ? { holdRequestMs: SLOW_MS, holdAnswerMs: SLOW_MS } : { holdAnswerMs: SLOW_MS };
  await storeAll(at.site.archive, at.objects);

  const moments: readonly (Stage | 'sent' | 'final')[] = [
    ...(['select', 'fetch', 'localise', 'classify', 'report', 'store'] as const),
    // The archive holds the report, and the service was not told.
    'sent',
    'final',
  ];
  const killedAt: string[] = [];
  for (const moment of moments) {
    const client = await start({ WATCH_QUIET_MS: '500' });
    const seen = await reaches(client, study, moment === 'sent' || moment === 'final' ? 'store' : moment);
    if (moment === 'sent') await until('the report in the archive', stored);
    if (moment === 'final') await client.ended(seen.id);
    await sleep(delays.integer(0, 20));
    await kill();
    killedAt.push(`${moment} (seen: ${seen.state} ${seen.stage})`);
  }
  console.info(`killed at ${killedAt.join(', ')}`);

  const client = await start();
  const [latest] = await client.analyses(study);
  const analysis = await client.ended(latest!.id);
  await client.polls(10);
  const all = await client.analyses(study);
  expect(all.map(({ state }) => state)).toEqual(all.map(() => 'stored'));
  expect(all.map(({ report }) => report)).toEqual(all.map(() => analysis.report));
  expect(analysis.findings).toHaveLength(25);
  expect(await reportsIn(at.site.orthanc.dicomWebUrl, study)).toEqual([
    { modality: 'SR', ...analysis.report },
  ]);
}, 300_000);

test('told to stop, the service lets the running study finish', async () => {
  at.proxy.treat = ({ retrievedSeries }) => (retrievedSeries === null ? {} : { holdAnswerMs: 4 * SLOW_MS });
  const other = asAnotherStudy(at.objects, 1);
  const study = other[0]!.studyInstanceUid;
  const client = await start();
  await storeAll(at.site.archive, other);
  const running = await reaches(client, study, 'fetch');
  expect(running.state).toBe('running');
  expect(await at.site.service.stop()).toBe(0);
  const [report] = await reportsIn(at.site.orthanc.dicomWebUrl, study);

  const later = await (await start()).analysis(running.id);
  expect(later).toMatchObject({
    state: 'stored',
    attempts: 1,
    report: { sopInstanceUid: report!.sopInstanceUid },
  });
}, 300_000);

test('told to stop while a study hangs, the service gives it back in time and finishes it after a restart', async () => {
  let healthy = false;
  at.proxy.treat = ({ retrievedSeries }) =>
    retrievedSeries === null || healthy ? {} : { holdAnswerMs: 10 * 60_000 };
  const other = asAnotherStudy(at.objects, 2);
  const study = other[0]!.studyInstanceUid;
  const hanging = await start({ SHUTDOWN_TIMEOUT_MS: '500' });
  await storeAll(at.site.archive, other);
  const { id } = await reaches(hanging, study, 'fetch');
  expect(await at.site.service.stop()).toBe(0);
  expect(await reportsIn(at.site.orthanc.dicomWebUrl, study)).toEqual([]);

  healthy = true;
  const client = await start();
  const analysis = await client.ended(id);
  expect(analysis).toMatchObject({ state: 'stored', attempts: 2, failure: null });
  expect(await reportsIn(at.site.orthanc.dicomWebUrl, study)).toEqual([
    { modality: 'SR', ...analysis.report },
  ]);
}, 300_000);
