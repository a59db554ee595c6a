import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseTemplate } from '../src/dataset/pack-template.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { isCanaryStudy } from '../src/inference/pack/canary-share.ts';
import type { PackManifest } from '../src/inference/pack/pack-manifest.ts';
import { writeTinyPack } from '../src/inference/pack/tiny-pack.fixture.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import type { ShadowComparison } from '../src/shadow/shadow-comparison.ts';
import { reportsIn, storeAll } from './support/archive-client.ts';
import { cli } from './support/cli-command.ts';
import { contractChecker } from './support/contract-check.ts';
import { startLedgerPlace } from './support/ledger-databases.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { startRole } from './support/role-process.ts';
import { metricValue, type ServiceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const check = contractChecker();
let site: TestSite;
let phantom: readonly PhantomInstance[];
/** Folder of a pack with the default's localiser, and networks that say anything. */
let tiny: string;

beforeAll(async () => {
  site = await startTestSite();
  phantom = phantomObjects(21);
  tiny = join(site.folder, 'tiny');
  const manifest = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
  await writeTinyPack(tiny, { ...manifest, name: 'tiny', version: '0.9.0' });
});
afterAll(() => site?.close());

const studyOf = ([first]: readonly PhantomInstance[]) => first!.studyInstanceUid as StudyInstanceUid;

async function sent(turn: number): Promise<StudyInstanceUid> {
  const objects = asAnotherStudy(phantom, turn);
  await storeAll(site.archive, objects);
  return studyOf(objects);
}
async function analysed(client: ServiceClient, study: StudyInstanceUid) {
  const { body } = await client.analyze(study);
  return client.ended(body.id);
}
const reports = async (study: StudyInstanceUid) => (await reportsIn(site.orthanc.dicomWebUrl, study)).length;

async function comparison(url: string): Promise<ShadowComparison> {
  const answer = await request(url).get('/shadow').query({ since: '2020-01-01T00:00:00Z' });
  check(['/shadow', 'get'], answer);
  return answer.body;
}
const compared = (url: string, count: number) =>
  until('the comparison', async () => {
    const { pairs } = await comparison(url);
    return pairs[0]?.studies.compared === count && pairs[0];
  });

describe('a shadow pack, with the embedded database', () => {
  let client: ServiceClient;
  let studies: readonly StudyInstanceUid[];

  test('grades every study beside the one that reports; the archive has one report, by the latter', async () => {
    client = await site.startService({ SHADOW_PACK: tiny, WATCH: 'false' });
    studies = [await sent(1), await sent(2)];
    for (const study of studies) {
      expect(await analysed(client, study)).toMatchObject({
        state: 'stored',
        algorithm: { name: 'spinegrade-default' },
      });
    }
    const pair = await compared(site.service.url, 2);
    expect([pair.serving.name, pair.shadow.name]).toEqual(['spinegrade-default', 'tiny']);
    expect(pair.conditions.map(({ targets }) => targets)).toEqual([10, 20, 20]);
    expect(pair.conditions[1]!.levels.map(({ targets }) => targets)).toEqual([4, 4, 4, 4, 4]);
    expect(pair.shadowMs.mean).toBeGreaterThan(0);
    expect(await Promise.all(studies.map(reports))).toEqual([1, 1]);
  });

  test('moves its metrics', async () => {
    const metrics = await client.metrics();
    const total = metrics
      .split('\n')
      .filter((line) => line.startsWith('spinegrade_shadow_findings_total{'))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    expect(total).toBe(50);
    expect(metricValue(metrics, 'spinegrade_shadow_studies_total{outcome="compared"}')).toBe(2);
    expect(metricValue(metrics, 'spinegrade_shadow_duration_seconds_count')).toBe(2);
    expect(metrics).toMatch(/spinegrade_pack_info\{use="shadow",pack="tiny",pack_version="0.9.0",.*\} 1/);
  });

  test('is printed by cli shadow, which asks the service', async () => {
    const printed = await cli(['shadow', '--since', '1d'], { PORT: new URL(site.service.url).port });
    expect(printed.err).toBe('');
    const text = printed.out.toString();
    expect(text).toContain('2 studies compared; the shadow took');
    expect(text).toMatch(/L4\/L5 +4 /);
    expect(text).toContain('Agreement is not accuracy');
    const json = await cli(['shadow', '--json', '--url', site.service.url], {});
    expect(JSON.parse(json.out.toString())).toMatchObject({ pairs: [{ studies: { compared: 2 } }] });
  });

  test('is asked about a study once: what was reported already is not graded again', async () => {
    expect(await analysed(client, studies[0]!)).toMatchObject({ state: 'stored' });
    expect((await compared(site.service.url, 2)).studies.compared).toBe(2);
    expect(await reports(studies[0]!)).toBe(1);
  });

  test('nothing answers at another address, and nonsense is misuse', async () => {
    const nobody = await cli(['shadow', '--url', 'http://127.0.0.1:9'], {});
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('no service answers at')]);
    expect((await cli(['shadow', '--since', 'yesterday'], {})).code).toBe(2);
    await site.service.stop();
  });
});

describe('a canary pack', () => {
  let [inShare, outside]: (StudyInstanceUid | undefined)[] = [];
  /** Between the places of the two. */
  let share = 0;
  const start = (percent: number) =>
    site.startService({
      CANARY_PACK: tiny,
      CANARY_SHARE: String(percent),
      SHADOW_PACK: tiny,
      WATCH: 'false',
      LOG_STUDY_UIDS: 'plain',
    });
  const byPack = async (client: ServiceClient, study: StudyInstanceUid) => {
    const { state, algorithm, predecessors } = await analysed(client, study);
    return [state, algorithm?.name, predecessors.length, await reports(study)];
  };

  test('reports its share of the studies, and names itself; the others are the first pack’s', async () => {
    const studies = [await sent(3), await sent(4)].map((study) => {
      const place = Array.from({ length: 101 }, (_, percent) => percent).findIndex((p) =>
        isCanaryStudy(study, p),
      );
      return { study, place };
    });
    studies.sort((one, other) => one.place - other.place);
    [inShare, outside] = studies.map(({ study }) => study);
    share = studies[0]!.place;
    expect(studies[1]!.place).toBeGreaterThan(share);
    const client = await start(share);
    expect(await byPack(client, inShare!)).toEqual(['stored', 'tiny', 0, 1]);
    expect(await byPack(client, outside!)).toEqual(['stored', 'spinegrade-default', 0, 1]);
    const metrics = await client.metrics();
    for (const use of ['canary', 'serving']) {
      expect(metricValue(metrics, `spinegrade_canary_attempts_total{use="${use}"}`)).toBe(1);
    }
    // The shadow is the same pack as the canary: it is compared where the other one reported.
    const { pairs } = await comparison(site.service.url);
    expect(pairs.map(({ serving }) => serving.name)).toEqual(['spinegrade-default']);
    await site.service.stop();
  });

  test('with another share a study is analysed anew only when asked for: one revision a pack, and none twice', async () => {
    const none = await start(0);
    expect(await byPack(none, inShare!)).toEqual(['stored', 'spinegrade-default', 1, 2]);
    expect(await byPack(none, inShare!)).toEqual(['stored', 'spinegrade-default', 1, 2]);
    await site.service.stop();
    const again = await start(share);
    expect(await byPack(again, inShare!)).toEqual(['stored', 'tiny', 0, 2]);
    expect(await byPack(again, outside!)).toEqual(['stored', 'spinegrade-default', 0, 1]);
    await site.service.stop();
  });
});

test('the watcher awaits the series of the pack that will grade the study', async () => {
  const narrow = join(site.folder, 'narrow');
  const template = 'training/packs/disc-labels.json';
  const { manifest } = parseTemplate(template, await readFile(template, 'utf8'));
  expect(manifest.uses).not.toContain('axial-t2');
  await writeTinyPack(narrow, manifest);
  const client = await site.startService({ CANARY_PACK: narrow, CANARY_SHARE: '100' });
  const objects = asAnotherStudy(phantom, 6).filter(({ role }) => role !== 'axial-t2');
  await storeAll(site.archive, objects);
  // Of the first pack it would be awaited for half an hour.
  const [submitted] = await until('a submission', async () => {
    const all = await client.analyses(studyOf(objects));
    return all.length > 0 && all;
  });
  expect(submitted).toMatchObject({ trigger: 'watch' });
  expect(await client.ended(submitted!.id)).toMatchObject({
    state: 'stored',
    algorithm: { name: manifest.name },
  });
  await site.service.stop();
});

test('a shadow pack on PostgreSQL: cli shadow reads the database', async () => {
  const place = await startLedgerPlace('postgresql');
  const settings = { SHADOW_PACK: tiny, WATCH: 'false' };
  const service = await startRole('all', site.orthanc.dicomWebUrl, place.databaseUrl!, settings);
  const study = await sent(5);
  expect(await analysed(service.client, study)).toMatchObject({ state: 'stored' });
  await compared(service.url, 1);
  expect(await service.stop()).toBe(0);
  const printed = await cli(['shadow'], { DATABASE_URL: place.databaseUrl! });
  expect(printed.out.toString()).toContain('1 study compared');
  expect(await reports(study)).toBe(1);
  await place.remove();
});
