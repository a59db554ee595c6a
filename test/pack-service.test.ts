import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateOrthanc, startPrivateOrthanc } from '../src/cli/private-orthanc.ts';
import { type ServiceProcess, startServiceProcess } from '../src/cli/service-process.ts';
import { joinTemplates, parseTemplate } from '../src/dataset/pack-template.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { DISC_LABELS } from '../src/domain/assessment.ts';
import { LEVELS } from '../src/domain/level.ts';
import { targetKey } from '../src/domain/target.ts';
import { writeTinyPack } from '../src/inference/tiny-pack.fixture.ts';
import type { PhantomInstance } from '../src/phantom/phantom-dicom.ts';
import { readReport } from '../src/sr/read-report.ts';
import { storeAll } from './support/archive-client.ts';
import { phantomObjects } from './support/phantom-objects.ts';
import { serviceClient } from './support/service-client.ts';

/** A network of one target and a multi-label network in one pack: few findings, and observations. */
const TEMPLATES = ['training/packs/l4-l5-recess-three.json', 'training/packs/disc-labels.json'];

let folder: string;
let orthanc: PrivateOrthanc;
let archive: ReturnType<typeof dicomWebArchive>;
let service: ServiceProcess;
let objects: readonly PhantomInstance[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pack-service-'));
  const templates = await Promise.all(
    TEMPLATES.map(async (file) => parseTemplate(file, await readFile(file, 'utf8'))),
  );
  const pack = join(folder, 'pack');
  await writeTinyPack(pack, joinTemplates(TEMPLATES, templates).manifest);
  orthanc = await startPrivateOrthanc();
  archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  const settings = { MODEL_PACK: pack, WATCH: 'false' };
  service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl, settings);
  objects = phantomObjects(21);
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await archive?.close();
  await orthanc?.stop();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

const recesses = ['left_subarticular_stenosis_l4_l5', 'right_subarticular_stenosis_l4_l5'];

test('a pack of other networks than the default is served without code of its own, report included', async () => {
  const client = serviceClient(service.url);
  const study = objects[0]!.studyInstanceUid;
  await storeAll(archive, objects);
  const { body } = await client.analyze(study);
  const analysis = await client.ended(body.id);
  expect(analysis).toMatchObject({ state: 'stored', failure: null });
  expect(analysis.findings.map(targetKey)).toEqual(recesses);

  const { seriesInstanceUid, sopInstanceUid } = analysis.report!;
  const bytes = await archive.retrieveInstance(
    study,
    seriesInstanceUid as PhantomInstance['seriesInstanceUid'],
    sopInstanceUid as PhantomInstance['sopInstanceUid'],
  );
  const { findings, observations } = readReport(bytes!);
  expect(findings.map(targetKey)).toEqual(recesses);
  expect(observations.map(({ level, label }) => `${level} ${label}`)).toEqual(
    LEVELS.flatMap((level) => DISC_LABELS.map((label) => `${level} ${label}`)),
  );
}, 300_000);
