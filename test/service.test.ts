import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { api } from 'dicomweb-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ArchiveRequestForViewers, PREFIXES, ROOT } from '../src/cli/doctor/archive-xml-http-request.ts';
import { validated } from '../src/cli/validate/validated.fixture.ts';
import { VALIDATORS } from '../src/cli/validate/verdict.ts';
import { connectArchive } from '../src/dicomweb/archive-connection.ts';
import { LEVELS } from '../src/domain/level.ts';
import { STAGES } from '../src/domain/stage.ts';
import { TARGETS, targetKey } from '../src/domain/target.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { evidenceOf, reportsIn, storeAll } from './support/archive-client.ts';
import { dcmtkJson, first, groupsOf } from './support/dcmtk-json.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { readReport } from './support/read-report.ts';
import { regionLikeness } from './support/region-likeness.ts';
import { metricValue, until } from './support/service-client.ts';
import { serviceForTests } from './support/service-for-tests.ts';

const SEED = 21;

const at = serviceForTests(SEED, { WATCH_QUIET_MS: '2500' });

describe('a study that arrives in two halves', () => {
  let study: StudyInstanceUid;
  let report: Uint8Array;

  test('is noticed, awaited, and analysed once when it is whole; its report starts nothing', async () => {
    study = at.objects[0]!.studyInstanceUid;
    const sagittal = at.objects.filter(({ role }) => role !== 'axial-t2');
    const [early, late] = [sagittal.filter((_, i) => i % 2 === 0), sagittal.filter((_, i) => i % 2 === 1)];
    const before = await at.client.metrics();
    await storeAll(at.site.archive, early);
    const noticed = 'spinegrade_studies_noticed_total';
    await until('the study to be noticed', async () => metricValue(await at.client.metrics(), noticed) === 1);
    // Longer than the quiet time: what is missing, not the clock, is what it waits for.
    await at.client.polls(12);
    expect(await at.client.analyses(study)).toEqual([]);

    await storeAll(at.site.archive, late);
    await storeAll(
      at.site.archive,
      at.objects.filter(({ role }) => role === 'axial-t2'),
    );
    const [begun] = await until('an analysis', async () => {
      const all = await at.client.analyses(study);
      return all.length > 0 && all;
    });
    const analysis = await at.client.ended(begun!.id);
    expect(analysis).toMatchObject({ state: 'stored', trigger: 'watch', attempts: 1, failure: null });
    await at.client.polls(15);
    expect((await at.client.analyses(study)).map(({ id }) => id)).toEqual([analysis.id]);

    const reports = await reportsIn(at.site.orthanc.dicomWebUrl, study);
    expect(reports).toEqual([{ modality: 'SR', ...analysis.report }]);
    const after = await at.client.metrics();
    for (const [sample, grown] of [
      [noticed, 1],
      ['spinegrade_studies_submitted_total{trigger="watch",created="true"}', 1],
      ['spinegrade_analysis_attempts_total', 1],
      ['spinegrade_analyses_total{outcome="stored"}', 1],
      ['spinegrade_analysis_duration_seconds_count', 1],
      ...STAGES.map((stage) => [`spinegrade_stage_duration_seconds_count{stage="${stage}"}`, 1] as const),
    ] as const) {
      expect(metricValue(after, sample) - metricValue(before, sample), sample).toBe(grown);
    }
  }, 240_000);

  test('is told by the API: findings, levels, the decision on every series, milliseconds by stage', async () => {
    const [analysis] = await at.client.analyses(study);
    expect(analysis!.findings.map(targetKey)).toEqual(TARGETS.map(targetKey));
    for (const { location, level } of analysis!.findings) {
      const image = at.objects.find((object) => object.sopInstanceUid === location?.sopInstanceUid);
      expect(image, level).toMatchObject({ seriesInstanceUid: location?.seriesInstanceUid });
      expect(image!.role).toBe(location!.role);
    }
    expect(analysis!.levels.map(({ level }) => level)).toEqual([...LEVELS]);
    expect(Object.keys(analysis!.stagesMs).sort()).toEqual([...STAGES].sort());
    const sent = [...Map.groupBy(at.objects, (object) => object.seriesInstanceUid)];
    expect(analysis!.series).toHaveLength(sent.length);
    for (const [seriesInstanceUid, images] of sent) {
      const decision = analysis!.series.find((one) => one.seriesInstanceUid === seriesInstanceUid);
      const role = images[0]!.role;
      expect(decision).toMatchObject({ modality: 'MR', instanceCount: images.length, chosen: true, role });
      expect(decision!.reasons).toContainEqual(expect.stringMatching(/^chosen as /));
    }
  });

  test('shows the image behind every finding, as the archive has it', async () => {
    const [analysis] = await at.client.analyses(study);
    for (const finding of analysis!.findings) {
      const { sopInstanceUid, pixel } = finding.location!;
      const object = at.objects.find((each) => each.sopInstanceUid === sopInstanceUid)!;
      const png = await at.client.region(analysis!.id, finding);
      expect(await regionLikeness(png, object.bytes, pixel), targetKey(finding)).toBeGreaterThan(0.9);
    }
    await writeFile(
      join(at.site.folder, 'region.png'),
      await at.client.region(analysis!.id, analysis!.findings[0]!),
    );
  }, 120_000);

  test('shows in readiness and metrics what runs', async () => {
    const [analysis] = await at.client.analyses(study);
    const { status, body } = await at.client.readiness();
    expect(status).toBe(200);
    expect(body.checks.modelPack).toMatchObject({ ok: true, executionProvider: 'cpu' });
    expect(body.checks.watcher).toMatchObject({ ok: true, enabled: true });
    expect(analysis!.algorithm).toMatchObject({
      packSha256: body.checks.modelPack.sha256,
      executionProvider: 'cpu',
    });
    const info = (await at.client.metrics()).split('\n').find((line) => line.startsWith('spinegrade_info{'))!;
    expect(info).toMatch(/ 1$/);
    for (const label of [
      `pack="${body.checks.modelPack.name}"`,
      `pack_sha256="${body.checks.modelPack.sha256}"`,
      'execution_provider="cpu"',
    ]) {
      expect(info).toContain(label);
    }
  });

  test('has one report that an independent client finds and reads', async () => {
    const http = connectArchive({ url: at.site.orthanc.dicomWebUrl });
    onTestFinished(() => http.close());
    const request = () => ({
      instance: new ArchiveRequestForViewers(http, AbortSignal.timeout(30_000)) as never,
    });
    // Its types ask for what is optional.
    type Asked = Parameters<typeof api.DICOMwebClient.prototype.retrieveInstance>[0];
    const pacs = new api.DICOMwebClient({ url: ROOT, ...PREFIXES, verbose: false, singlepart: false });
    const series = (await pacs.searchForSeries({
      studyInstanceUID: study,
      queryParams: { Modality: 'SR' },
      ...({ request: request() } as object),
    })) as Record<string, { Value: string[] }>[];
    expect(series).toHaveLength(1);
    const [analysis] = await at.client.analyses(study);
    const { seriesInstanceUid, sopInstanceUid } = analysis!.report!;
    expect(series[0]!['0020000E']!.Value).toEqual([seriesInstanceUid]);
    const asked: Partial<Asked> = {
      studyInstanceUID: study,
      seriesInstanceUID: seriesInstanceUid,
      sopInstanceUID: sopInstanceUid,
      request: request(),
    };
    const bytes = await pacs.retrieveInstance(asked as Asked);
    report = new Uint8Array(bytes);

    const json = await dcmtkJson(report);
    expect(first(json, '00080018')).toBe(sopInstanceUid);
    expect(first(json, '0020000D')).toBe(study);
    const measured = (analysis!.measurements ?? []).filter(({ value }) => value !== undefined);
    expect(measured.length).toBeGreaterThan(10);
    expect(groupsOf(json)).toHaveLength(25 + measured.length);
    expect(evidenceOf(json)).toEqual(at.objects.map((object) => object.sopInstanceUid).sort());
    const findings = readReport(report).findings;
    expect(findings.map(({ condition, side, level, grade }) => ({ condition, side, level, grade }))).toEqual(
      analysis!.findings.map(({ condition, side, level, grade }) => ({ condition, side, level, grade })),
    );
  });

  test('has a report without errors to any validator', async () => {
    const file = join(at.site.folder, 'report.dcm');
    await writeFile(file, report);
    const images = await Promise.all(
      at.objects.map(async ({ sopInstanceUid, bytes }) => {
        const image = join(at.site.folder, `${sopInstanceUid}.dcm`);
        await writeFile(image, bytes);
        return image;
      }),
    );
    const { verdicts } = (await validated([file], images))[0]!;
    expect(verdicts.map(({ validator }) => validator).sort()).toEqual([...VALIDATORS].sort());
    for (const { validator, installed, errors } of verdicts) {
      expect({ validator, installed, errors }).toEqual({ validator, installed: true, errors: [] });
    }
  }, 300_000);

  test('asked for again gets the same report and no second one', async () => {
    const answer = await at.client.analyze(study);
    expect(answer.status).toBe(202);
    expect(answer.get('Location')).toBe(`/analyses/${answer.body.id}`);
    const [again, earlier] = [await at.client.ended(answer.body.id), (await at.client.analyses(study))[1]];
    expect(again).toMatchObject({ state: 'stored', trigger: 'api', report: earlier!.report });
    expect(again.findings).toEqual(earlier!.findings);
    expect(await reportsIn(at.site.orthanc.dicomWebUrl, study)).toHaveLength(1);
  }, 240_000);

  test('is given its report again when the archive has lost it', async () => {
    const [report] = await reportsIn(at.site.orthanc.dicomWebUrl, study);
    const uid = (await at.client.analyses(study))[0]!.report!.sopInstanceUid;
    const found = await fetch(`${at.site.orthanc.baseUrl}/tools/lookup`, { method: 'POST', body: uid });
    const [{ ID }] = (await found.json()) as [{ ID: string }];
    await fetch(`${at.site.orthanc.baseUrl}/instances/${ID}`, { method: 'DELETE' });
    expect(await reportsIn(at.site.orthanc.dicomWebUrl, study)).toEqual([]);
    const { body } = await at.client.analyze(study);
    expect(await at.client.ended(body.id)).toMatchObject({
      state: 'stored',
      report: { sopInstanceUid: uid },
    });
    expect(await reportsIn(at.site.orthanc.dicomWebUrl, study)).toEqual([report]);
  }, 240_000);

  test('is analysed without holding up the event loop for long: the longest delay is printed', async () => {
    const other = asAnotherStudy(at.objects, 1);
    const sample = 'nodejs_eventloop_lag_max_seconds';
    await storeAll(at.site.archive, other);
    // Each scrape begins the measure anew.
    await at.client.metrics();
    const { body } = await at.client.analyze(other[0]!.studyInstanceUid);
    expect(await at.client.ended(body.id)).toMatchObject({ state: 'stored' });
    const lag = metricValue(await at.client.metrics(), sample);
    console.info(`${sample} over one analysis: ${lag.toFixed(3)}`);
    expect(lag).toBeGreaterThan(0);
  }, 240_000);
});
