import { afterAll, beforeAll } from 'vitest';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { phantomObjects } from './phantom-objects.ts';
import type { ServiceClient } from './service-client.ts';
import { startTestSite, type TestSite } from './test-site.ts';

/** An Orthanc with the service beside it for the tests of a file, and the images of a phantom to send there. */
export function serviceForTests(seed: number, settings: Readonly<Record<string, string>>) {
  let site: TestSite;
  let client: ServiceClient;
  let objects: readonly PhantomInstance[];
  beforeAll(async () => {
    site = await startTestSite();
    client = await site.startService(settings);
    objects = phantomObjects(seed);
  }, 300_000);
  afterAll(() => site?.close(), 120_000);
  return {
    get site() {
      return site;
    },
    get client() {
      return client;
    },
    get objects() {
      return objects;
    },
  };
}
