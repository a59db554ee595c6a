import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Analysis } from '../../src/cli/demo/follow-analysis.ts';
import { writeExactPack } from '../../src/inference/segment/exact-pack.fixture.ts';
import { phantomStudy } from '../../src/phantom/phantom-study.ts';
import { phantomObjects } from '../support/phantom-objects.ts';
import { until } from '../support/service-client.ts';
import { displaySets, drawnLabels, show } from './ohif-page.ts';
import { viewerBench } from './viewer-bench.ts';

/** Pictures to look at; not part of the sources. */
const PICTURES = 'out/ohif';
/** A trained pack that measures, in place of one that sees what the phantom has. */
const TRAINED = process.env['SPINEGRADE_OHIF_PACK'];

const bench = viewerBench();
let analysis: Analysis;
let page: Page;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'measuring-'));
  const options = { family: 'demo', contrast: 'physical', prevalence: 'balanced' } as const;
  if (TRAINED === undefined) {
    const study = phantomStudy(1, options);
    const levels = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));
    await writeExactPack(folder, study, levels);
  }
  const settings = { MODEL_PACK: TRAINED ?? folder, RESULT_OBJECTS: 'SR,SEG' };
  [analysis] = await bench.analysed([phantomObjects(1)] as const, settings);
  await rm(folder, { recursive: true });
  page = await bench.open(analysis.studyInstanceUid);
});

test('lengths are drawn with their text beside the findings, and taken over as lengths', async () => {
  const measured = (analysis.measurements ?? []).flatMap((each) => ('value' in each ? [each] : []));
  const lengths = measured.filter(({ measure }) => measure !== 'sac-area' && measure !== 'slip');
  const slips = measured.filter(({ measure }) => measure === 'slip');
  expect(lengths.length).toBeGreaterThan(5);
  const { id } = await until('the report in OHIF', async () =>
    (await displaySets(page)).find(({ modality }) => modality === 'SR'),
  );
  await show(page, id);
  const count = analysis.findings.length + measured.length;
  await until(`${count} measurements`, async () => {
    const now = (await displaySets(page)).find((set) => set.id === id)?.loadedMeasurements;
    return now?.length === count;
  });
  const [first] = lengths;
  const texts = await until('a text at a length', async () => {
    const now = (await drawnLabels(page)).map(([line]) => line ?? '');
    return now.some((text) => text.endsWith(`: ${first!.value!.toFixed(2)} mm`)) && now;
  });
  expect(texts.filter((text) => text.endsWith(' mm')).length).toBeGreaterThan(3);
  await page.screenshot({ path: join(PICTURES, 'lengths.png') });
  await page.getByRole('button', { name: 'Yes' }).click();
  await page.locator('[data-cy="trackedMeasurements-btn"]').click();
  const rows = page.locator('[data-cy="data-row"]');
  const all = analysis.findings.length + lengths.length + slips.length;
  await until(`${all} rows`, async () => (await rows.count()) === all);
  await rows
    .filter({ hasText: `AI: ${first!.level}` })
    .filter({ hasText: `: ${first!.value!.toFixed(2)} mm` })
    .click();
  await until('the length', async () => {
    const drawn = (await drawnLabels(page)).map(([line]) => Number.parseFloat(line ?? ''));
    return drawn.some((mm) => Math.abs(mm - first!.value!) < 0.06);
  });
  await page.screenshot({ path: join(PICTURES, 'length.png') });
});
