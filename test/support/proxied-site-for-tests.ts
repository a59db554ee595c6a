import { afterAll, beforeAll } from 'vitest';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { type ArchiveProxy, archiveProxy } from './archive-proxy.ts';
import { phantomObjects } from './phantom-objects.ts';
import { startTestSite, type TestSite } from './test-site.ts';

interface ProxiedSite {
  site: TestSite;
  proxy: ArchiveProxy;
  objects: readonly PhantomInstance[];
}

/**
 * An Orthanc behind a proxy that a test can slow or stop, and the images of a phantom to send there. Called where tests
 * are declared; its parts are there when the first test begins.
 */
export function proxiedSiteForTests(seed: number): Readonly<ProxiedSite> {
  const at = {} as ProxiedSite;
  beforeAll(async () => {
    at.site = await startTestSite();
    at.proxy = await archiveProxy(at.site.orthanc.dicomWebUrl);
    at.objects = phantomObjects(seed);
  }, 300_000);
  afterAll(async () => {
    await at.site?.close();
    await at.proxy?.close();
  }, 120_000);
  return at;
}
