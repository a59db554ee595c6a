import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/service-client.ts';
import { displaySets, drawnLabels, show } from './ohif-page.ts';
import { outlinedBench, PICTURES } from './viewer-bench.ts';

const bench = outlinedBench('SR,SEG');

test('lengths are drawn with their text beside the findings, and taken over as lengths', async () => {
  const { analysis, page } = bench;
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
