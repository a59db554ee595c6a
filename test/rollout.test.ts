import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServiceProcess } from '../src/cli/demo/service-process.ts';
import { reportsIn, storeAll } from './support/archive-client.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { serviceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'buffer', maxBuffer: 2 ** 30 });

/** The commit before this one; where something is not committed yet, the last one. Null where there is no history. */
function previousCommit(): string | null {
  try {
    const dirty = git('status', '--porcelain', '--', 'src', 'package.json', 'models').length > 0;
    return git('rev-parse', '--verify', '--quiet', dirty ? 'HEAD' : 'HEAD~1')
      .toString()
      .trim();
  } catch {
    return null;
  }
}

const previous = previousCommit();
let site: TestSite;
let place: LedgerPlace;
let folder: string;

beforeAll(async () => {
  [site, place] = await Promise.all([startTestSite(), startLedgerPlace('postgresql')]);
  folder = mkdtempSync(join(tmpdir(), 'spinegrade-before-'));
}, 300_000);
afterAll(async () => {
  await site?.close();
  await place?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** How the program of that commit starts itself. */
async function programOf(commit: string): Promise<typeof startServiceProcess> {
  const checkout = join(folder, 'program');
  mkdirSync(checkout);
  const archive = git('archive', commit, 'src', 'scripts', 'models', 'openapi', 'package.json');
  execFileSync('tar', ['-x', '-C', checkout], { input: archive });
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
  const module = pathToFileURL(join(checkout, 'src/cli/demo/service-process.ts')).href;
  return (await import(/* @vite-ignore */ module)).startServiceProcess;
}

test.skipIf(previous === null)(
  'during a rollout the program before and this one work side by side, and every study has one report',
  async () => {
    const settings = { DATABASE_URL: place.databaseUrl! };
    const start = (program: typeof startServiceProcess) =>
      program('/nonexistent', site.orthanc.dicomWebUrl, settings);
    const phantom = phantomObjects(41);
    const studies = [1, 2, 3, 4].map((serial) => asAnotherStudy(phantom, serial));

    const before = await start(await programOf(previous!));
    await storeAll(site.archive, studies[0]!);
    const now = await start(startServiceProcess);
    const client = serviceClient(now.url);
    await Promise.all(studies.slice(1, 3).map((study) => storeAll(site.archive, study)));
    await until('a study in hand of the program before', async () => {
      const text = await (await fetch(`${before.url}/metrics`)).text();
      return /^spinegrade_analysis_attempts_total [1-9]/m.test(text);
    });
    expect(await before.stop()).toBe(0);
    await storeAll(site.archive, studies[3]!);

    for (const { studyInstanceUid } of studies.map(([image]) => image!)) {
      await until('its result', async () => {
        const analyses = await client.analyses(studyInstanceUid);
        return analyses.length > 0 && analyses.every(({ state }) => state === 'stored');
      });
    }
    await client.polls(5);
    for (const study of studies) {
      expect(await reportsIn(site.orthanc.dicomWebUrl, study[0]!.studyInstanceUid)).toHaveLength(1);
    }
    expect(await now.stop()).toBe(0);
  },
  600_000,
);
