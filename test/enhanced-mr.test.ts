import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateOrthanc, startPrivateOrthanc } from '../src/cli/private-orthanc.ts';
import { type ServiceProcess, startServiceProcess } from '../src/cli/service-process.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { Point } from '../src/domain/point.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { patientToPixel } from '../src/imaging/plane-geometry.ts';
import { ENHANCED_MR_IMAGE_STORAGE } from '../src/imaging/write-enhanced-mr.ts';
import { phantomEnhancedDicom } from '../src/phantom/phantom-dicom.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';
import { dcmtkJson } from '../src/sr/dcmtk-json.ts';
import { validateObject } from '../src/sr/validators.ts';
import { evidenceOf } from './support/archive-client.ts';
import { serviceClient } from './support/service-client.ts';

let folder: string;
let orthanc: PrivateOrthanc;
let archive: ReturnType<typeof dicomWebArchive>;
let service: ServiceProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enhanced-mr-'));
  orthanc = await startPrivateOrthanc();
  archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl, { WATCH: 'false' });
}, 240_000);
afterAll(async () => {
  await service?.stop();
  await archive?.close();
  await orthanc?.stop();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

test('a study of Enhanced MR objects is graded, and its report names the frames', async () => {
  const study = phantomStudy(77, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
  const objects = phantomEnhancedDicom(study, { studyDate: '20240131', studyTime: '101500' });
  const studyUid = study.studyInstanceUid as StudyInstanceUid;
  const stored = await archive.store(
    studyUid,
    objects.map(({ sopInstanceUid, bytes }) => ({ sopInstanceUid: sopInstanceUid as SopInstanceUid, bytes })),
  );
  expect(stored.every((each) => each.stored)).toBe(true);

  const client = serviceClient(service.url);
  const { body } = await client.analyze(studyUid);
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

  const { seriesInstanceUid, sopInstanceUid } = analysis.report!;
  const report = await archive.retrieveInstance(
    studyUid,
    seriesInstanceUid as SeriesInstanceUid,
    sopInstanceUid as SopInstanceUid,
  );
  const file = join(folder, 'report.dcm');
  await writeFile(file, report!);
  const images = join(folder, 'image.dcm');
  await writeFile(images, objects[0]!.bytes);
  for (const { validator, installed, errors } of await validateObject(file, [images])) {
    expect({ validator, installed, errors }).toEqual({ validator, installed: true, errors: [] });
  }
  const json = await dcmtkJson(report!);
  expect([...new Set(evidenceOf(json))].sort()).toEqual(
    objects.map((object) => object.sopInstanceUid).sort(),
  );
  const text = JSON.stringify(json);
  expect(text).toContain(ENHANCED_MR_IMAGE_STORAGE);
  expect(text).toContain('00081160');
}, 400_000);
