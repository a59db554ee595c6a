import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePart10 } from '../../src/dicom/part10/parse-part10.ts';
import { dicomWebArchive } from '../../src/dicomweb/dicomweb-archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import { until } from '../support/service-client.ts';
import { displaySets, segmentLabels, show, shownImage } from './ohif-page.ts';
import { outlinedBench, PICTURES } from './viewer-bench.ts';

const bench = outlinedBench('SR,SC,KO,SEG');

/** Of each segmentation in the archive: what its segments are called, and on which images it has any. */
async function storedSegmentations() {
  const { analysis } = bench;
  const archive = dicomWebArchive({ url: bench.dicomWebUrl });
  try {
    const stored = analysis.objects.filter(({ kind }) => kind === 'SEG');
    return await Promise.all(
      stored.map(async ({ seriesInstanceUid, sopInstanceUid }) => {
        const study = analysis.studyInstanceUid as StudyInstanceUid;
        const [series, instance] = [seriesInstanceUid as SeriesInstanceUid, sopInstanceUid as SopInstanceUid];
        const { elements } = parsePart10((await archive.retrieveInstance(study, series, instance))!);
        const [referenced] = elements['x00081115']!.items!;
        return {
          seriesInstanceUid,
          labels: elements['x00620002']!.items!.map((item) => item.dataSet!.string('x00620005')!.trim()),
          images: referenced!.dataSet!.elements['x0008114a']!.items!.map((item) =>
            item.dataSet!.string('x00081155')!.trim(),
          ),
        };
      }),
    );
  } finally {
    await archive.close();
  }
}

test('each segmentation opens over its images, its segments in the list by their names', async () => {
  const { page } = bench;
  const stored = await storedSegmentations();
  expect(stored.length).toBeGreaterThan(0);
  let isFirst = true;
  for (const { seriesInstanceUid, labels, images } of stored) {
    const { id } = await until('the segmentation in OHIF', async () =>
      (await displaySets(page)).find((set) => set.seriesInstanceUid === seriesInstanceUid),
    );
    await show(page, id);
    expect(await until('its segments', () => segmentLabels(page, id))).toEqual(labels);
    await page.getByRole('button', { name: 'Yes' }).click();
    const panel = page.locator('[data-cy="panelSegmentation-btn"]');
    if (isFirst) await panel.click();
    isFirst = false;
    expect(images).toContain(await until('an image it is of', async () => shownImage(page)));
    const rows = page.locator('[data-cy="data-row"]');
    await until('a row a segment', async () => (await rows.count()) === labels.length);
    expect(await rows.allTextContents()).toEqual(labels.map((label, i) => `${i + 1}${label}`));
    await page.screenshot({ path: join(PICTURES, `segmentation-${seriesInstanceUid.slice(-6)}.png`) });
  }
});
