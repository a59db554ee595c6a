/**
 * A property-based run over the contract: `node test/ci/api-properties.ts SCHEMATHESIS [options of its run]`. The
 * service, with keys, stands before a real archive that holds one study; its log goes to standard error.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateOrthanc } from '../../src/cli/demo/private-orthanc.ts';
import { startServiceProcess } from '../../src/cli/demo/service-process.ts';
import { dicomWebArchive } from '../../src/dicomweb/dicomweb-archive.ts';
import { closingStack } from '../../src/process/closing-stack.ts';
import { storeAll } from '../support/archive-client.ts';
import { phantomObjects } from '../support/phantom-objects.ts';
import { serviceClient } from '../support/service-client.ts';

const CONTRACT = 'openapi/spinegrade.yaml';
const CONFIG = 'test/ci/schemathesis.toml';
const KEY = 'p'.repeat(40);
const [program = 'schemathesis', ...options] = process.argv.slice(2);

const closing = closingStack();
try {
  process.exitCode = await run();
} finally {
  await closing.close();
}

async function run(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'api-properties-'));
  closing.add(() => rm(folder, { recursive: true, force: true }));
  const orthanc = await startPrivateOrthanc();
  closing.add(() => orthanc.stop());
  const archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  closing.add(() => archive.close());
  const service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl, {
    WATCH: 'false',
    AUTH: 'keys',
    API_KEYS: `properties read,analyze,admin ${KEY}`,
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_PER_KEY: '0',
  });
  closing.add(async () => void (await service.stop()));
  const client = serviceClient(service.url, KEY);
  const objects = phantomObjects(21);
  await storeAll(archive, objects);
  const { body } = await client.analyze(objects[0]!.studyInstanceUid);
  await client.ended(body.id);
  const asked = [
    '--config-file',
    CONFIG,
    'run',
    CONTRACT,
    '--url',
    service.url,
    '-H',
    `Authorization: Bearer ${KEY}`,
    ...options,
  ];
  const schemathesis = spawn(program, asked, { stdio: 'inherit' });
  const [rc] = (await once(schemathesis, 'exit')) as [number | null];
  return rc ?? 1;
}
