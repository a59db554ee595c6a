import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { validated } from '../src/cli/validate/validated.fixture.ts';
import { ENHANCED_MR_IMAGE_STORAGE } from '../src/dicom/sop-classes.ts';
import type { Point } from '../src/domain/point.ts';
import { patientToPixel } from '../src/volume/plane-geometry.ts';
import { evidenceOf, storeAll, storedReport } from './support/archive-client.ts';
import { dcmtkJson } from './support/dcmtk-json.ts';
import { phantomEnhancedDicom } from './support/enhanced/phantom-enhanced-dicom.ts';
import { regionLikeness } from './support/region-likeness.ts';
import { renderedPhantom } from './support/rendered-phantom.ts';
import type { ServiceClient } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

let site: TestSite;
let client: ServiceClient;

beforeAll(async () => {
  site = await startTestSite();
  client = await site.startService({ WATCH: 'false' });
}, 240_000);
afterAll(() => site?.close(), 120_000);

test('a study of Enhanced MR objects is graded, and its report names the frames', async () => {
  const study = renderedPhantom(77, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
  const objects = phantomEnhancedDicom(study, { studyDate: '20240131', studyTime: '101500' });
  await storeAll(site.archive, objects);

  const { body } = await client.analyze(study.studyInstanceUid);
  const analysis = await client.ended(body.id);
  expect(analysis).toMatchObject({ state: 'stored', failure: null });
  for (const { location, condition, level } of analysis.findings) {
    const { slices } = study.volumes[location!.role]!;
    const object = objects.find(({ role }) => role === location!.role)!;
    expect(location!.sopInstanceUid).toBe(object.sopInstanceUid);
    // The frame is the slice nearest to the point, and the point lies on its plane.
    const { plane } = slices[location!.frameNumber! - 1]!;
    const away = patientToPixel(plane, location!.pointMm as unknown as Point).distanceMm;
    expect(Math.abs(away), `${condition} ${level}`).toBeLessThan(0.01);
  }

  for (const condition of ['neural_foraminal_narrowing', 'subarticular_stenosis']) {
    const finding = analysis.findings.find((each) => each.condition === condition)!;
    const { sopInstanceUid, frameNumber, role, pixel } = finding.location!;
    const object = objects.find((each) => each.sopInstanceUid === sopInstanceUid)!;
    const { rowSpacingMm, columnSpacingMm } = study.volumes[role]!.slices[frameNumber! - 1]!.plane;
    const shown = { frame: frameNumber! - 1, spacingMm: [rowSpacingMm, columnSpacingMm] } as const;
    const png = await client.region(analysis.id, finding);
    expect(await regionLikeness(png, object.bytes, pixel, shown), condition).toBeGreaterThan(0.9);
  }

  const report = await storedReport(site.archive, analysis);
  const file = join(site.folder, 'report.dcm');
  await writeFile(file, report);
  const images = join(site.folder, 'image.dcm');
  await writeFile(images, objects[0]!.bytes);
  const [judged] = await validated([file], [images]);
  for (const { validator, installed, errors } of judged!.verdicts) {
    expect({ validator, installed, errors }).toEqual({ validator, installed: true, errors: [] });
  }
  const json = await dcmtkJson(report);
  expect([...new Set(evidenceOf(json))].sort()).toEqual(
    objects.map((object) => object.sopInstanceUid).sort(),
  );
  const text = JSON.stringify(json);
  expect(text).toContain(ENHANCED_MR_IMAGE_STORAGE);
  expect(text).toContain('00081160');
}, 400_000);
