import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PrivateOrthanc } from '../src/cli/demo/orthanc/private-orthanc-options.ts';
import { startPrivateOrthanc } from '../src/cli/demo/private-orthanc.ts';
import { type ServiceProcess, startServiceProcess } from '../src/cli/demo/service-process.ts';
import type { DicomJson } from '../src/dicom/json/dicom-json.ts';
import { textValue } from '../src/dicom/json/dicom-json-values.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { sequenceItems } from '../src/dicomweb/json/dicom-json-answer.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { COMPREHENSIVE_3D_SR } from '../src/sr/encode/encode-report.ts';
import { instancesIn, storeAll } from './support/archive-client.ts';
import { type ArchiveProxy, archiveProxy } from './support/archive-proxy.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { metricValue, serviceClient } from './support/service-client.ts';

let folder: string;
let orthanc: PrivateOrthanc;
let proxy: ArchiveProxy;
let archive: ReturnType<typeof dicomWebArchive>;
let service: ServiceProcess;
let client: ReturnType<typeof serviceClient>;
let phantom: readonly PhantomInstance[];

/** While this file is there Orthanc drops every report it is sent, and lists it as stored all the same. */
const dropping = () => join(folder, 'no reports');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rejected-results-'));
  const filter = join(folder, 'filter.lua');
  writeFileSync(
    filter,
    `function ReceivedInstanceFilter(dicom)
       local flag = io.open('${dropping()}')
       if flag then flag:close() end
       return not flag or dicom.Modality ~= 'SR'
     end`,
  );
  orthanc = await startPrivateOrthanc({ luaScripts: [filter] });
  proxy = await archiveProxy(orthanc.dicomWebUrl);
  archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  service = await startServiceProcess(join(folder, 'data'), proxy.dicomWebUrl, {
    WATCH: 'false',
    JOB_RETRY_LIMIT: '3',
    JOB_RETRY_DELAY_MS: '20',
  });
  client = serviceClient(service.url);
  phantom = phantomObjects(21);
}, 300_000);
beforeEach(() => writeFileSync(dropping(), ''));
afterEach(() => {
  proxy.treat = () => ({});
});
afterAll(async () => {
  await service?.stop();
  await archive?.close();
  await proxy?.close();
  await orthanc?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** The answer to a store in which each report is not stored (00081199) but failed (00081198): 0122H. */
function reportsRefused(body: Buffer): Buffer {
  const answer = JSON.parse(body.toString()) as DicomJson;
  const isReport = (item: DicomJson) => textValue(item, '00081150') === COMPREHENSIVE_3D_SR;
  const items = sequenceItems(answer, '00081199');
  const failed = items
    .filter(isReport)
    .map((item) => ({ ...item, '00081197': { vr: 'US', Value: [0x0122] } }));
  const stored = items.filter((item) => !isReport(item));
  const sequence = (Value: readonly DicomJson[]) => ({ vr: 'SQ', Value });
  return Buffer.from(
    JSON.stringify({ ...answer, '00081198': sequence(failed), '00081199': sequence(stored) }),
  );
}

async function analysed(study: PhantomInstance['studyInstanceUid']) {
  const { body } = await client.analyze(study);
  return client.ended(body.id);
}
const resultsIn = async (study: PhantomInstance['studyInstanceUid']) =>
  (await instancesIn(orthanc.dicomWebUrl, study))
    .map(({ modality }) => modality)
    .filter((one) => one !== 'MR');

test('a second refusal is a dead letter with the archive’s reason; once it takes reports, it is stored', async () => {
  const study = phantom[0]!.studyInstanceUid;
  await storeAll(archive, phantom);
  proxy.treat = ({ method }) => (method === 'POST' ? { rewrite: reportsRefused } : {});
  const { state, failure } = await analysed(study);
  expect({ state, failure }).toEqual({
    state: 'failed',
    failure: {
      stage: 'store',
      retryable: false,
      code: 'archive-fault',
      reason:
        'store: the archive did not take the report: refused: 0122H SOP Class not supported (HTTP 200), 2 times (given up after 2 attempts)',
    },
  });
  expect(await resultsIn(study)).toEqual(['OT']);
  const failures = 'spinegrade_analysis_failures_total{stage="store",code="archive-fault",retryable="false"}';
  expect(metricValue(await client.metrics(), failures)).toBe(1);

  proxy.treat = () => ({});
  rmSync(dropping());
  expect(await analysed(study)).toMatchObject({ state: 'stored', attempts: 1 });
  expect((await resultsIn(study)).toSorted()).toEqual(['OT', 'SR']);
}, 120_000);

test('an archive that lists a report as stored and drops it is not believed', async () => {
  const objects = asAnotherStudy(phantom, 1);
  const study = objects[0]!.studyInstanceUid;
  await storeAll(archive, objects);
  expect(await analysed(study)).toMatchObject({
    state: 'failed',
    failure: {
      stage: 'store',
      retryable: true,
      reason:
        'store: the archive says it stored the report but does not give it back (given up after 4 attempts)',
    },
  });
  expect(await resultsIn(study)).toEqual(['OT']);
}, 120_000);
