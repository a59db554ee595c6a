import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinTemplates } from '../src/dataset/join-templates.ts';
import { parseTemplate } from '../src/dataset/pack-template.ts';
import { DISC_LABELS } from '../src/domain/assessment.ts';
import { LEVELS } from '../src/domain/level.ts';
import { targetKey } from '../src/domain/target.ts';
import { writeTinyPack } from '../src/inference/pack/tiny-pack.fixture.ts';
import { storeAll, storedReport } from './support/archive-client.ts';
import { phantomObjects } from './support/phantom-objects.ts';
import { readReport } from './support/read-report.ts';
import type { ServiceClient } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

/** A network of one target and a multi-label network in one pack: few findings, and observations. */
const TEMPLATES = ['training/packs/l4-l5-recess-three.json', 'training/packs/disc-labels.json'];

let site: TestSite;
let client: ServiceClient;

beforeAll(async () => {
  site = await startTestSite();
  const templates = await Promise.all(
    TEMPLATES.map(async (file) => parseTemplate(file, await readFile(file, 'utf8'))),
  );
  const pack = join(site.folder, 'pack');
  await writeTinyPack(pack, joinTemplates(TEMPLATES, templates).manifest);
  client = await site.startService({ MODEL_PACK: pack, WATCH: 'false' });
}, 300_000);

afterAll(() => site?.close(), 120_000);

const recesses = ['left_subarticular_stenosis_l4_l5', 'right_subarticular_stenosis_l4_l5'];

test('a pack of other networks than the default is served without code of its own, report included', async () => {
  const objects = phantomObjects(21);
  await storeAll(site.archive, objects);
  const { body } = await client.analyze(objects[0]!.studyInstanceUid);
  const analysis = await client.ended(body.id);
  expect(analysis).toMatchObject({ state: 'stored', failure: null });
  expect(analysis.findings.map(targetKey)).toEqual(recesses);

  const { findings, observations } = readReport(await storedReport(site.archive, analysis));
  expect(findings.map(targetKey)).toEqual(recesses);
  expect(observations.map(({ level, label }) => `${level} ${label}`)).toEqual(
    LEVELS.flatMap((level) => DISC_LABELS.map((label) => `${level} ${label}`)),
  );
}, 300_000);
