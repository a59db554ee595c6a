import { afterAll, beforeAll } from 'vitest';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { phantomObjects } from './phantom-objects.ts';
import type { ServiceClient } from './service-client.ts';
import { startTestSite, type TestSite } from './test-site.ts';

interface ServiceSite {
  site: TestSite;
  client: ServiceClient;
  objects: readonly PhantomInstance[];
}

/**
 * An Orthanc with the service beside it for the tests of a file, and the images of a phantom to send there. Called
 * where tests are declared; its parts are there when the first test begins.
 */
export function serviceForTests(
  seed: number,
  settings: Readonly<Record<string, string>>,
): Readonly<ServiceSite> {
  const at = {} as ServiceSite;
  beforeAll(async () => {
    at.site = await startTestSite();
    at.client = await at.site.startService(settings);
    at.objects = phantomObjects(seed);
  }, 300_000);
  afterAll(() => at.site?.close(), 120_000);
  return at;
}
