import { afterAll, beforeAll } from 'vitest';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { type ArchiveProxy, archiveProxy } from './archive-proxy.ts';
import { phantomObjects } from './phantom-objects.ts';
import { startTestSite, type TestSite } from './test-site.ts';

/** An Orthanc behind a proxy that a test can slow or stop, and the images of a phantom to send there. */
export function proxiedSiteForTests(seed: number) {
  let site: TestSite;
  let proxy: ArchiveProxy;
  let objects: readonly PhantomInstance[];
  beforeAll(async () => {
    site = await startTestSite();
    proxy = await archiveProxy(site.orthanc.dicomWebUrl);
    objects = phantomObjects(seed);
  }, 300_000);
  afterAll(async () => {
    await site?.close();
    await proxy?.close();
  }, 120_000);
  return {
    get site() {
      return site;
    },
    get proxy() {
      return proxy;
    },
    get objects() {
      return objects;
    },
  };
}
