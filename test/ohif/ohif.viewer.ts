import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/cli/demo/follow-analysis.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import { targetName } from '../../src/sr/tree/coded-concepts.ts';
import { trackingUid } from '../../src/sr/tree/measurement-group.ts';
import { instancesIn } from '../support/archive-client.ts';
import { asAnotherStudy, phantomObjects, withoutAttributes } from '../support/phantom-objects.ts';
import { until } from '../support/service-client.ts';
import { displaySets, drawnLabels, show, shownImage } from './ohif-page.ts';
import { PICTURES, viewerBench } from './viewer-bench.ts';

const bench = viewerBench();
let whole: Analysis;
let sagittalT2Alone: Analysis;
let narrow: Analysis;
let narrowUnframed: Analysis;

beforeAll(async () => {
  const objects = phantomObjects(1);
  const t2 = asAnotherStudy(objects, 1).filter(({ role }) => role === 'sagittal-t2');
  // Ten slices of 18, off centre: they leave out the left foramina.
  const narrowT2 = asAnotherStudy(objects, 2).filter(({ role }) => role === 'sagittal-t2');
  const unframed = withoutAttributes(asAnotherStudy(narrowT2, 1), ['00200052']);
  const studies = [objects, t2, narrowT2.slice(7, 17), unframed.slice(7, 17)] as const;
  // A pack that measures nothing: what is measured has a test of its own.
  const analysed = await bench.analysed(studies, { MODEL_PACK: 'models/phantom' });
  [whole, sagittalT2Alone, narrow, narrowUnframed] = analysed;
});

/** Opens the report in the viewport; resolves with the tracking UIDs of what OHIF could put on an image. */
async function openReport(page: Page, count: number): Promise<readonly string[]> {
  const report = await until('the report in OHIF', async () =>
    (await displaySets(page)).find(({ modality }) => modality === 'SR'),
  );
  await show(page, report.id);
  return until(`${count} measurements in OHIF`, async () => {
    const now = (await displaySets(page)).find(({ id }) => id === report.id)?.loadedMeasurements;
    return now?.length === count && now;
  });
}

const trackingUids = ({ studyInstanceUid, findings }: Analysis) =>
  findings.map((finding) => trackingUid(studyInstanceUid, finding)).sort();

describe('a study in the OHIF viewer', () => {
  let page: Page;
  beforeAll(async () => {
    page = await bench.open(whole.studyInstanceUid);
  });

  test('lists every series that the service stored among those of the study', async () => {
    const stored = await instancesIn(bench.dicomWebUrl, whole.studyInstanceUid as StudyInstanceUid);
    const series = new Map(stored.map((one) => [one.seriesInstanceUid, one.modality]));
    const sets = await until('every series in OHIF', async () => {
      const now = await displaySets(page);
      return now.length >= series.size && now;
    });
    for (const [seriesInstanceUid, modality] of series) {
      expect(sets).toContainEqual(expect.objectContaining({ seriesInstanceUid, modality }));
    }
    const { seriesInstanceUid } = whole.report!;
    expect(sets.filter(({ modality }) => modality === 'SR')).toMatchObject([{ seriesInstanceUid }]);
    for (const { id } of sets.filter(({ modality }) => modality === 'OT')) {
      await show(page, id);
      await until('the summary image', () => shownImage(page));
      await page.screenshot({ path: join(PICTURES, 'summary-image.png') });
    }
  });

  test('opens the report: 25 measurements, each named at its arrow', async () => {
    expect([...(await openReport(page, 25))].sort()).toEqual(trackingUids(whole));
    const { shown, labels } = await until('a label an arrow', async () => {
      const image = await shownImage(page);
      const there = whole.findings.filter(({ location }) => location!.sopInstanceUid === image);
      const drawn = await drawnLabels(page);
      return there.length > 1 && drawn.length === there.length && { shown: there, labels: drawn };
    });
    for (const finding of shown) {
      const { grade, probabilities, level } = finding;
      const fixed = (probability: number) => `probability: ${probability.toFixed(2)} 1`;
      expect(labels).toContainEqual([
        `${grade}: ${targetName(finding)}, ${fixed(probabilities[grade])}`,
        ...Object.values(probabilities).map((each) => fixed(each).replace('p', 'P')),
        `363698007: Level of ${level} intervertebral disc`,
      ]);
    }
    await page.screenshot({ path: join(PICTURES, 'report.png') });
  });

  test('takes the findings over: a list, and a named arrow on the image of each of the 25', async () => {
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.locator('[data-cy="trackedMeasurements-btn"]').click();
    const rows = page.locator('[data-cy="data-row"]');
    await until('25 rows', async () => (await rows.count()) === 25);
    for (const [index, finding] of whole.findings.entries()) {
      const name = `AI: ${finding.grade}: ${targetName(finding)}`;
      const row = rows.nth(index);
      expect(await row.textContent()).toContain(name);
      await row.click();
      await until(`an arrow with the name of ${targetName(finding)}`, async () => {
        const label = (await drawnLabels(page)).find(([line]) => line === name);
        return label && (await shownImage(page)) === finding.location!.sopInstanceUid;
      });
      if (index < 5) await page.screenshot({ path: join(PICTURES, `finding-${index + 1}.png`) });
    }
  });
});

test('a study of sagittal T2 alone opens too, each finding on an image that shows its place', async () => {
  const page = await bench.open(sagittalT2Alone.studyInstanceUid);
  expect([...(await openReport(page, 25))].sort()).toEqual(trackingUids(sagittalT2Alone));
  await until('labels', async () => (await drawnLabels(page)).length > 0);
  await page.screenshot({ path: join(PICTURES, 'sagittal-t2-alone.png') });
});

describe('a study some findings of which no image shows', () => {
  test('opens, with those in space; all can be taken over', async () => {
    const unseen = narrow.findings.filter(({ location }) => location === null);
    expect(unseen.length).toBeGreaterThan(0);
    expect(unseen.every(({ side }) => side === 'left')).toBe(true);
    const page = await bench.open(narrow.studyInstanceUid);
    expect([...(await openReport(page, 25))].sort()).toEqual(trackingUids(narrow));
    await until('labels', async () => (await drawnLabels(page)).length > 0);
    await page.screenshot({ path: join(PICTURES, 'narrow.png') });
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.locator('[data-cy="trackedMeasurements-btn"]').click();
    const rows = page.locator('[data-cy="data-row"]');
    await until('25 rows', async () => (await rows.count()) === 25);
    await rows.nth(narrow.findings.indexOf(unseen[0]!)).click();
    await page.screenshot({ path: join(PICTURES, 'narrow-taken-over.png') });
  });

  test('opens without a frame of reference, by the configuration, with the others', async () => {
    const seen = narrowUnframed.findings.filter(({ location }) => location !== null);
    expect(seen.length).toBeLessThan(25);
    const page = await bench.open(narrowUnframed.studyInstanceUid);
    const loaded = await openReport(page, seen.length);
    expect([...loaded].sort()).toEqual(trackingUids({ ...narrowUnframed, findings: seen }));
    await until('labels', async () => (await drawnLabels(page)).length > 0);
    await page.screenshot({ path: join(PICTURES, 'narrow-unframed.png') });
  });
});
