import { describe, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { instancesIn, storeAll } from './support/archive-client.ts';
import { asAnotherStudy, ofBodyPart } from './support/phantom-objects.ts';
import { serviceForTests } from './support/service-for-tests.ts';
import { tinyMrSeries } from './support/tiny-mr.ts';

const SEED = 21;

const at = serviceForTests(SEED, { WATCH_QUIET_MS: '2500' });

describe('a study that cannot be graded', () => {
  async function expectIneligible(study: StudyInstanceUid, images: number) {
    const { body } = await at.client.analyze(study);
    const analysis = await at.client.ended(body.id);
    expect(analysis).toMatchObject({ state: 'ineligible', attempts: 1, findings: [], report: null });
    await at.client.polls(3);
    const now = await at.client.analysis(analysis.id);
    expect(now).toEqual(analysis);
    expect(await instancesIn(at.site.orthanc.dicomWebUrl, study)).toHaveLength(images);
    return analysis;
  }

  test('with sagittal T1 alone: told what is missing, nothing stored, no second attempt', async () => {
    const t1 = asAnotherStudy(at.objects, 2).filter(({ role }) => role === 'sagittal-t1');
    await storeAll(at.site.archive, t1);
    const { reasons, series } = await expectIneligible(t1[0]!.studyInstanceUid, t1.length);
    expect(reasons).toEqual(['no series qualifies as sagittal T2']);
    expect(series).toMatchObject([{ role: 'sagittal-t1', instanceCount: t1.length }]);
  }, 240_000);

  test('with an image of another patient: by code, and not a word of whose they are', async () => {
    const t2 = asAnotherStudy(at.objects, 4).filter(({ role }) => role === 'sagittal-t2');
    const study = t2[0]!.studyInstanceUid;
    await storeAll(at.site.archive, t2);
    await at.site.archive.store(study, tinyMrSeries(1, { study, patientId: 'SOMEBODY-ELSE' }));
    const analysis = await expectIneligible(study, t2.length + 1);
    expect(analysis.reasonCodes).toEqual(['contradicting-patients']);
    const told = JSON.stringify(analysis) + at.site.service.lastLines().join();
    expect(told).not.toMatch(/SOMEBODY|PHANTOM-/);
    expect(await at.client.metrics()).toContain(
      'spinegrade_ineligible_total{code="contradicting-patients"} 1',
    );
  }, 240_000);

  test('of another part of the body, with a localiser: each series says why it was turned down', async () => {
    const brain = ofBodyPart(asAnotherStudy(at.objects, 3), 'BRAIN').filter(
      ({ role }) => role === 'sagittal-t2',
    );
    const study = brain[0]!.studyInstanceUid;
    await storeAll(at.site.archive, brain);
    const localiser = tinyMrSeries(2, { study, series: 1, patientId: `PHANTOM-${SEED}` });
    await at.site.archive.store(study, localiser);
    const { reasons, series } = await expectIneligible(study, brain.length + 2);
    expect(reasons).toEqual(['no series qualifies as sagittal T2']);
    const why = (uid: string) => series.find((one) => one.seriesInstanceUid === uid);
    expect(why(brain[0]!.seriesInstanceUid)).toMatchObject({
      role: null,
      chosen: false,
      reasons: [expect.stringContaining('BodyPartExamined')],
    });
    expect(why(localiser[0]!.seriesInstanceUid)).toMatchObject({
      role: null,
      chosen: false,
      reasons: [expect.stringContaining('2 slices are too few')],
    });
  }, 240_000);
});
