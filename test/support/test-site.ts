import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateOrthanc } from '../../src/cli/demo/private-orthanc.ts';
import { type ServiceProcess, startServiceProcess } from '../../src/cli/demo/service-process.ts';
import { dicomWebArchive } from '../../src/dicomweb/dicomweb-archive.ts';
import { copyFreshDatabase } from './fresh-database.ts';
import { type ServiceClient, serviceClient } from './service-client.ts';

export type TestSite = Awaited<ReturnType<typeof startTestSite>>;

/**
 * What a test of the service needs: a temporary folder, a real Orthanc and a client of it, and on demand the service
 * beside them.
 */
export async function startTestSite() {
  const orthanc = await startPrivateOrthanc();
  const archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  const folder = await mkdtemp(join(tmpdir(), 'test-site-'));
  let service: ServiceProcess | null = null;
  return {
    folder,
    orthanc,
    archive,
    /** The service started last, also once it has ended. */
    get service(): ServiceProcess {
      if (service === null) throw new Error('the service was not started');
      return service;
    },
    /** On the one data folder, whatever became of the process before. @param settings PACS_URL is Orthanc's by default. */
    async startService(settings: Readonly<Record<string, string>> = {}): Promise<ServiceClient> {
      const dataDir = join(folder, 'data');
      if (!existsSync(dataDir) && settings['DATABASE_URL'] === undefined) await copyFreshDatabase(dataDir);
      service = await startServiceProcess(dataDir, orthanc.dicomWebUrl, settings);
      return serviceClient(service.url);
    },
    async close(): Promise<void> {
      await service?.stop();
      await archive.close();
      await orthanc.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
