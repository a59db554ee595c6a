import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Analysis } from '../../src/cli/demo/follow-analysis.ts';
import type { PrivateOrthanc } from '../../src/cli/demo/orthanc/private-orthanc-options.ts';
import { startPrivateOrthanc } from '../../src/cli/demo/private-orthanc.ts';
import { startServiceProcess } from '../../src/cli/demo/service-process.ts';
import { dicomWebArchive } from '../../src/dicomweb/dicomweb-archive.ts';
import { writeExactPack } from '../../src/inference/segment/exact-pack.fixture.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { phantomStudy } from '../../src/phantom/phantom-study.ts';
import { storeAll } from '../support/archive-client.ts';
import { phantomObjects } from '../support/phantom-objects.ts';
import { serviceClient } from '../support/service-client.ts';
import { ohifDist } from './ohif-dist.ts';
import { viewerServer } from './viewer-server.ts';

/** Pictures to look at; not part of the sources. */
export const PICTURES = 'out/ohif';
/** A trained pack that outlines and measures, in place of one that sees what the phantom has. */
const TRAINED = process.env['SPINEGRADE_OHIF_PACK'];

/** WebGL without a graphics card. */
const SOFTWARE_RENDERING = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** An archive with the OHIF viewer before it, and a browser; called where tests are declared. */
export function viewerBench() {
  const closing: (() => Promise<unknown>)[] = [];
  let orthanc: PrivateOrthanc;
  let open: (study: string) => Promise<Page>;
  beforeAll(async () => {
    await mkdir(PICTURES, { recursive: true });
    const dist = await ohifDist();
    orthanc = await startPrivateOrthanc();
    closing.push(() => orthanc.stop());
    const viewer = await viewerServer(dist, orthanc.baseUrl);
    closing.push(() => viewer.close());
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [...SOFTWARE_RENDERING, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    });
    closing.push(() => browser.close());
    open = async (study) => {
      const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
      const page = await context.newPage();
      await page.goto(`${viewer.url}/viewer?StudyInstanceUIDs=${study}`);
      // OHIF's tour of itself.
      await page.getByText('Skip all').click({ timeout: 120_000 });
      return page;
    };
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });
  return {
    get dicomWebUrl() {
      return orthanc.dicomWebUrl;
    },
    open: (study: string) => open(study),
    /** Studies through the real service: stored in the archive, graded, the results written back. */
    analysed: <Studies extends readonly (readonly PhantomInstance[])[]>(
      studies: Studies,
      settings: Readonly<Record<string, string>> = {},
    ) => analysed(orthanc.dicomWebUrl, studies, settings),
  };
}

/** A phantom that was outlined and measured, and its page in the viewer; called where tests are declared. @param objects RESULT_OBJECTS */
export function outlinedBench(objects: string) {
  const bench = viewerBench();
  let analysis: Analysis;
  let page: Page;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outlining-'));
    if (TRAINED === undefined) {
      const study = phantomStudy(1, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
      const levels = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));
      await writeExactPack(folder, study, levels);
    }
    const settings = { MODEL_PACK: TRAINED ?? folder, RESULT_OBJECTS: objects };
    [analysis] = await bench.analysed([phantomObjects(1)] as const, settings);
    await rm(folder, { recursive: true });
    page = await bench.open(analysis.studyInstanceUid);
  });
  return {
    get dicomWebUrl() {
      return bench.dicomWebUrl;
    },
    get analysis() {
      return analysis;
    },
    get page() {
      return page;
    },
  };
}

async function analysed<Studies extends readonly (readonly PhantomInstance[])[]>(
  dicomWebUrl: string,
  studies: Studies,
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly [Study in keyof Studies]: Analysis }> {
  const folder = await mkdtemp(join(tmpdir(), 'ohif-'));
  const archive = dicomWebArchive({ url: dicomWebUrl });
  const service = await startServiceProcess(folder, dicomWebUrl, { WATCH: 'false', ...settings });
  try {
    const client = serviceClient(service.url);
    const analyses: Analysis[] = [];
    for (const objects of studies) {
      await storeAll(archive, objects);
      const { body } = await client.analyze(objects[0]!.studyInstanceUid);
      const analysis = await client.ended(body.id);
      expect(analysis.state).toBe('stored');
      analyses.push(analysis);
    }
    return analyses as { readonly [Study in keyof Studies]: Analysis };
  } finally {
    await service.stop();
    await archive.close();
    await rm(folder, { recursive: true });
  }
}
