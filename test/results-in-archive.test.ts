import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { studyAnalysis } from '../src/analyze-study.ts';
import { validateObject } from '../src/cli/validate/validators.ts';
import { parseTemplate } from '../src/dataset/pack-template.ts';
import type { GradedStudy } from '../src/domain/assessment.ts';
import { NUMBERING_STATEMENT } from '../src/domain/level.ts';
import { inWords } from '../src/domain/remark.ts';
import { RESULT_KINDS, type ResultKind } from '../src/domain/result-object.ts';
import { DEFAULT_STUDY_LIMITS } from '../src/domain/study-limits.ts';
import { targetKey } from '../src/domain/target.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { reportBundle } from '../src/fhir/report-bundle.ts';
import { loadModelPack, type ModelPack } from '../src/inference/pack/model-pack.ts';
import { writeTinyPack } from '../src/inference/pack/tiny-pack.fixture.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { type DecoderPool, startDecoderPool } from '../src/pixels/decoder-pool.ts';
import type { AnalysisOutcome } from '../src/results/analysis-outcome.ts';
import type { KeptResults } from '../src/results/result-outbox.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { NO_RULES } from '../src/series/rules/series-rules.ts';
import { reportToCompose } from '../src/sr/report.fixture.ts';
import { instancesIn, storeAll } from './support/archive-client.ts';
import { commentsOf, dcmtkJson, first, items } from './support/dcmtk-json.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import {
  asAnotherStudy,
  phantomObjects,
  withoutAttributes,
  withPatientName,
} from './support/phantom-objects.ts';
import { readReport } from './support/read-report.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

/** PixelMed alone takes 9 s a file on an idle machine. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Where every object made here is left, with what it was meant to say, for readers other than this project's. */
const KEPT = process.env['SPINEGRADE_OBJECTS'];
const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'results-'));
const series = { number: 990, description: 'test' };
const profile = {
  kinds: RESULT_KINDS,
  notAnalysed: true,
  series: { SR: series, SC: { ...series, number: 991 }, KO: { ...series, number: 992 } },
  observer: reportToCompose().observer,
};
const { signal } = new AbortController();

let ledger: TestLedger;
let site: TestSite;
let decoders: DecoderPool;
let pack: ModelPack;
let phantom: readonly PhantomInstance[];
const files: { readonly file: string; readonly kind: ResultKind }[] = [];

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  ledger = await startTestLedger('embedded');
  site = await startTestSite();
  decoders = startDecoderPool();
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 1);
  phantom = phantomObjects(21);
});
afterAll(async () => {
  await pack?.close();
  await decoders?.close();
  await site?.close();
  await ledger?.close();
  if (KEPT === undefined) rmSync(folder, { recursive: true, force: true });
});

async function analyse(
  study: StudyInstanceUid,
  by: ModelPack = pack,
  changes = {},
  at: { readonly in?: TestLedger; readonly now?: Date } = {},
): Promise<AnalysisOutcome> {
  const outbox = sqlResultOutbox((at.in ?? ledger).database);
  const now = () => at.now ?? new Date();
  const parts = { archive: site.archive, decode: decoders.decode, pack: by, outbox, now };
  const limits = { limits: DEFAULT_STUDY_LIMITS, rules: NO_RULES };
  const run = studyAnalysis({ ...parts, ...limits, profile: { ...profile, ...changes } });
  const outcome = await run(study, { signal, observe: (_, work) => work() });
  if (outcome.kind === 'stored') leave(outcome.results, outcome.graded);
  else if (outcome.notice !== undefined) leave(outcome.notice, null);
  return outcome;
}

async function graded(study: StudyInstanceUid, by: ModelPack = pack) {
  const outcome = await analyse(study, by);
  if (outcome.kind !== 'stored') throw new Error(outcome.reasons.map(inWords).join('; '));
  return outcome;
}

/** Leaves the objects in the folder, once each, and the FHIR Bundle of a graded study. */
function leave({ objects, studyInstanceUid }: KeptResults, meant: GradedStudy | null): void {
  for (const { kind, sopInstanceUid, bytes } of objects) {
    const file = join(folder, `${sopInstanceUid}.dcm`);
    if (files.some((known) => known.file === file)) continue;
    writeFileSync(file, bytes);
    files.push({ file, kind });
    if (kind === 'SR') writeFileSync(`${file}.json`, JSON.stringify(meant));
    if (kind === 'SR' && meant !== null) {
      const told = { studyInstanceUid, graded: meant, reportSopInstanceUid: sopInstanceUid };
      const bundle = reportBundle({ ...told, analysisId: randomUUID(), finishedAt: new Date() });
      writeFileSync(`${file}.fhir.json`, JSON.stringify(bundle));
    }
  }
}

/** Sends images to the archive, and leaves them beside the objects for readers that check points against them. */
async function send(images: readonly PhantomInstance[]): Promise<void> {
  await storeAll(site.archive, images);
  if (KEPT === undefined) return;
  mkdirSync(join(KEPT, 'images'), { recursive: true });
  for (const { sopInstanceUid, bytes } of images) {
    writeFileSync(join(KEPT, 'images', `${sopInstanceUid}.dcm`), bytes);
  }
}

const inStudy = async (study: StudyInstanceUid) =>
  (await instancesIn(site.orthanc.dicomWebUrl, study)).filter(({ modality }) => modality !== 'MR');
const ofRole = (study: readonly PhantomInstance[], role: PhantomInstance['role']) =>
  study.filter((object) => object.role === role);
const reportOf = (results: KeptResults) => {
  const { seriesInstanceUid, sopInstanceUid, bytes } = results.objects.find(({ kind }) => kind === 'SR')!;
  return { reference: { seriesInstanceUid, sopInstanceUid }, bytes };
};
/** Series and instance that a report names as its predecessor. */
async function predecessorOf(bytes: Uint8Array) {
  const references = items(await dcmtkJson(bytes), '0040A360').flatMap((study) => items(study, '00081115'));
  return references.map((one) => ({
    seriesInstanceUid: first(one, '0020000E'),
    sopInstanceUid: first(items(one, '00081199')[0], '00081155'),
  }));
}

describe('a study whose axial images come late, and a new pack', () => {
  let study: StudyInstanceUid;
  const reports: ReturnType<typeof reportOf>[] = [];

  test('without them: report, summary and key objects, and a warning', async () => {
    study = phantom[0]!.studyInstanceUid;
    await send(phantom.filter(({ role }) => role !== 'axial-t2'));
    const outcome = await graded(study);
    expect(outcome.graded.warnings).toMatchObject([
      { code: 'without-axial-t2', facts: { why: { kind: 'none-qualifies', faulty: [] } } },
    ]);
    expect(outcome.results.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC', 'KO']);
    expect(outcome.results.predecessors).toEqual([]);
    reports.push(reportOf(outcome.results));
    expect(await predecessorOf(reports[0]!.bytes)).toEqual([]);
    expect(await inStudy(study)).toHaveLength(3);
  });

  test('with them: a report that names its predecessor, once, however often it is asked for', async () => {
    await send(ofRole(phantom, 'axial-t2'));
    const outcome = await graded(study);
    reports.push(reportOf(outcome.results));
    expect(await predecessorOf(reports[1]!.bytes)).toEqual([reports[0]!.reference]);
    expect(outcome.results.predecessors).toEqual([reports[0]!.reference]);
    expect(await inStudy(study)).toHaveLength(6);
    const again = await graded(study);
    expect(again.results).toEqual(outcome.results);
    expect(await inStudy(study)).toHaveLength(6);
    const trackingUids = reports.map(({ bytes }) =>
      readReport(bytes).findings.map((read) => read.trackingUid),
    );
    expect(trackingUids[1]).toEqual(trackingUids[0]);
  });

  test('by another pack: a report after that one; by the first again: nothing', async () => {
    const second = { ...pack, sha256: 'cd'.repeat(32) };
    const outcome = await graded(study, second);
    reports.push(reportOf(outcome.results));
    expect(await predecessorOf(reports[2]!.bytes)).toEqual([reports[1]!.reference]);
    expect(outcome.results.predecessors).toEqual([reports[1]!.reference, reports[0]!.reference]);
    expect(await inStudy(study)).toHaveLength(9);
    expect(reportOf((await graded(study)).results).reference).toEqual(reports[1]!.reference);
    expect(await inStudy(study)).toHaveLength(9);
  });

  test('an object the archive has lost is stored again, the others are not', async () => {
    const { results } = await graded(study);
    const { sopInstanceUid } = results.objects.find(({ kind }) => kind === 'SC')!;
    const found = await fetch(`${site.orthanc.baseUrl}/tools/lookup`, {
      method: 'POST',
      body: sopInstanceUid,
    });
    const [{ ID }] = (await found.json()) as [{ ID: string }];
    await fetch(`${site.orthanc.baseUrl}/instances/${ID}`, { method: 'DELETE' });
    expect(await inStudy(study)).toHaveLength(8);
    await graded(study);
    expect(await inStudy(study)).toHaveLength(9);
  });
});

test('a study that cannot be graded is told so once; graded later, its report replaces the notice', async () => {
  const late = asAnotherStudy(phantom, 1);
  const study = late[0]!.studyInstanceUid;
  await send(ofRole(late, 'sagittal-t1'));
  expect(await analyse(study, pack, { notAnalysed: false })).not.toHaveProperty('notice');
  expect(await inStudy(study)).toEqual([]);
  const outcome = await analyse(study);
  if (outcome.kind !== 'ineligible') throw new Error('the study was graded');
  const notice = reportOf(outcome.notice!);
  expect(commentsOf(await dcmtkJson(notice.bytes))[1]).toBe(`Reason: ${inWords(outcome.reasons[0]!)}.`);
  await analyse(study);
  expect(await inStudy(study)).toMatchObject([{ modality: 'SR', ...notice.reference }]);

  await send(late.filter(({ role }) => role !== 'sagittal-t1'));
  const { results } = await graded(study);
  expect(await predecessorOf(reportOf(results).bytes)).toEqual([notice.reference]);
  expect(await inStudy(study)).toHaveLength(4);
});

test('a profile that asks for more later: the next analysis adds that, once, and touches nothing else', async () => {
  const objects = asAnotherStudy(phantom, 7);
  const study = objects[0]!.studyInstanceUid;
  await send(objects);
  const kindsOf = (outcome: AnalysisOutcome) =>
    outcome.kind === 'stored' ? outcome.results.objects.map(({ kind }) => kind) : outcome.reasons;
  const first = await analyse(study, pack, { kinds: ['SC'] });
  expect(kindsOf(first)).toEqual(['SC']);
  const [summary] = await inStudy(study);
  const renamed = { ...profile.series, SC: { number: 700, description: 'renamed' } };
  for (const _ of [1, 2]) {
    const more = await analyse(study, pack, { kinds: ['KO', 'SR', 'SC'], series: renamed });
    expect(kindsOf(more)).toEqual(['SC', 'KO', 'SR']);
    const stored = await inStudy(study);
    expect(stored.map(({ modality }) => modality).toSorted()).toEqual(['KO', 'OT', 'SR']);
    expect(stored).toContainEqual(summary);
  }
  expect(kindsOf(await analyse(study, pack, { kinds: ['SR'] }))).toEqual(['SC', 'KO', 'SR']);
  expect(await inStudy(study)).toHaveLength(3);
});

describe('with the ledger lost', () => {
  let study: StudyInstanceUid;
  let stored: KeptResults;
  const again = async () => {
    const empty = await startTestLedger('embedded');
    const outcome = await analyse(study, pack, {}, { in: empty });
    await empty.close();
    if (outcome.kind !== 'stored') throw new Error(outcome.reasons.join('; '));
    return outcome.results;
  };
  const placesIn = ({ objects }: KeptResults) =>
    objects.map(({ kind, seriesInstanceUid, sopInstanceUid }) => ({
      kind,
      seriesInstanceUid,
      sopInstanceUid,
    }));

  test('what an earlier day left in the archive is adopted: nothing is doubled, nothing fails', async () => {
    const objects = asAnotherStudy(phantom, 8);
    study = objects[0]!.studyInstanceUid;
    await send(objects);
    const outcome = await analyse(study, pack, {}, { now: new Date('2024-02-29T23:59:00Z') });
    if (outcome.kind !== 'stored') throw new Error(outcome.reasons.join('; '));
    stored = outcome.results;
    const found = await again();
    expect(placesIn(found)).toEqual(placesIn(stored));
    expect(found.objects.map(({ warning }) => warning)).toEqual([null, null, null]);
    for (const [index, { bytes }] of found.objects.entries()) {
      expect(Buffer.compare(bytes, stored.objects[index]!.bytes)).toBe(0);
    }
    expect(await inStudy(study)).toHaveLength(3);
  });

  test('what says something else stays as it is, beside ours', async () => {
    for (const { kind, bytes, sopInstanceUid } of stored.objects) {
      const file = await fetch(`${site.orthanc.baseUrl}/tools/lookup`, {
        method: 'POST',
        body: sopInstanceUid,
      });
      const [{ ID }] = (await file.json()) as [{ ID: string }];
      await fetch(`${site.orthanc.baseUrl}/instances/${ID}`, { method: 'DELETE' });
      // Of the same length, so that the rest of the file stays as it is: words of the text, samples of the picture.
      const words = Buffer.from(bytes)
        .toString('latin1')
        .replaceAll(/Severe|Moderate/g, (word) => 'x'.repeat(word.length));
      const planted = Buffer.from(words, 'latin1');
      if (kind === 'SC') planted.fill(0xff, planted.length - 4000, planted.length - 3000);
      await site.archive.store(study, [{ sopInstanceUid, bytes: planted }]);
    }
    const found = await again();
    const warning = expect.stringMatching(/^result-uid-taken: /);
    expect(found.objects).toMatchObject([{ warning }, { warning }, { warning }]);
    const taken = placesIn(stored).flatMap(({ sopInstanceUid, seriesInstanceUid }) => [
      sopInstanceUid,
      seriesInstanceUid,
    ]);
    for (const { sopInstanceUid, seriesInstanceUid } of placesIn(found)) {
      expect(taken).not.toContain(sopInstanceUid);
      expect(taken).not.toContain(seriesInstanceUid);
    }
    expect(await inStudy(study)).toHaveLength(6);
    // Found again under those, and not tripled.
    expect(placesIn(await again())).toEqual(placesIn(found));
    expect(await inStudy(study)).toHaveLength(6);
  });
});

test('six lumbar vertebrae and a slice that never arrived: said in the result and in the report', async () => {
  const options = { family: 'held-out', prevalence: 'clinical', variant: { lumbarVertebrae: 6 } } as const;
  const six = phantomObjects(500_100, options);
  const lost = ofRole(six, 'sagittal-t1')[5];
  await send(six.filter((object) => object !== lost));
  const { results, graded: assessed } = await graded(six[0]!.studyInstanceUid);
  const missing = 'The stack of sagittal T1 (series 3) is incomplete: 1 slice is missing';
  expect(assessed.warnings.map(inWords)).toContainEqual(expect.stringContaining(missing));
  // Whether the images give reason to doubt the numbering or not: the report never leaves it at that.
  const said = [NUMBERING_STATEMENT, ...assessed.warnings.map(inWords)];
  const comments = commentsOf(await dcmtkJson(reportOf(results).bytes));
  expect(comments.slice(1, 1 + said.length)).toEqual(said);
});

test('images without patient ID, accession number, study date and frame of reference', async () => {
  const bare = withoutAttributes(asAnotherStudy(phantom, 2), [
    '00080020',
    '00080050',
    '00100020',
    '00200052',
  ]);
  await send(bare);
  const { results, graded: assessed } = await graded(bare[0]!.studyInstanceUid);
  const missing = 'The images do not give, left empty here: PatientID, StudyDate, AccessionNumber.';
  expect(assessed.warnings.map(inWords)).toContain(missing);
  const { bytes } = reportOf(results);
  const json = await dcmtkJson(bytes);
  expect(commentsOf(json)).toContain(missing);
  expect(commentsOf(json)).toContainEqual(expect.stringContaining('No 3D location is given'));
  for (const tag of ['00080020', '00080050', '00100020']) expect(json[tag]?.Value).toBeUndefined();
  const { findings } = readReport(bytes);
  expect(findings).toHaveLength(25);
  expect(findings.every(({ place: at }) => at !== null && at.pointMm === null)).toBe(true);
});

test('a Japanese name in ISO 2022', async () => {
  // PS3.5 H.3.1.
  const name = 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B';
  const objects = withPatientName(asAnotherStudy(phantom, 5), name, ['', 'ISO 2022 IR 87']);
  await send(objects);
  const { results } = await graded(objects[0]!.studyInstanceUid);
  const json = await dcmtkJson(reportOf(results).bytes);
  expect(first(json, '00080005')).toBe('ISO_IR 192');
  expect(first(json, '00100010')).toEqual({
    Alphabetic: 'Yamada^Tarou',
    Ideographic: '山田^太郎',
    Phonetic: 'やまだ^たろう',
  });
});

test('findings that no image shows have their place in space', async () => {
  // Ten slices of 18, off centre: they leave out the left foramina.
  const narrow = ofRole(asAnotherStudy(phantom, 6), 'sagittal-t2').slice(7, 17);
  await send(narrow);
  const { results, graded: assessed } = await graded(narrow[0]!.studyInstanceUid);
  const unseen = assessed.findings.filter(({ location }) => location === null);
  expect(unseen.length).toBeGreaterThan(0);
  const { bytes } = reportOf(results);
  const words = /^Only a 3D location is given, no image shows the place: .* neural foraminal narrowing/;
  expect(commentsOf(await dcmtkJson(bytes))).toContainEqual(expect.stringMatching(words));
  const inSpace = readReport(bytes).findings.filter(({ place: at }) => at?.sopInstanceUid === null);
  expect(inSpace.map(targetKey)).toEqual(unseen.map(targetKey));
});

test.each(['disc-labels', 'l4-l5-recess-three'])('a pack of the kind %s', async (name) => {
  const packs = mkdtempSync(join(tmpdir(), 'results-pack-'));
  const template = readFileSync(join('training/packs', `${name}.json`), 'utf8');
  await writeTinyPack(packs, parseTemplate(name, template).manifest);
  const tiny = await loadModelPack(packs, { preferred: ['cpu'], required: true }, 1);
  const objects = asAnotherStudy(phantom, name === 'disc-labels' ? 3 : 4);
  await send(objects);
  const { results, graded: assessed } = await graded(objects[0]!.studyInstanceUid, tiny);
  const read = readReport(reportOf(results).bytes);
  expect(read.findings.map(targetKey)).toEqual(assessed.findings.map(targetKey));
  expect(read.findings.length + read.observations.length).toBeLessThan(26);
  expect(read.observations).toMatchObject(
    assessed.observations.map(({ label, level, present }) => ({ label, level, present })),
  );
  for (const [index, { probability }] of assessed.observations.entries()) {
    expect(read.observations[index]!.probability).toBeCloseTo(probability, 12);
  }
  await tiny.close();
  rmSync(packs, { recursive: true });
});

describe('every object made above', () => {
  test('is of each kind', () => {
    const kinds = Map.groupBy(files, ({ kind }) => kind);
    expect([kinds.get('SR')!.length, kinds.get('SC')!.length]).toEqual([14, 13]);
    expect(kinds.get('KO')!.length).toBeGreaterThan(2);
  });

  test('is without errors to every validator', async () => {
    const verdicts = [];
    // Two at a time: PixelMed keeps one core busy.
    for (const half of [files.filter((_, i) => i % 2 === 0), files.filter((_, i) => i % 2 === 1)]) {
      verdicts.push(
        (async () => {
          const found = [];
          for (const { file, kind } of half) {
            for (const verdict of await validateObject(file)) found.push({ kind, file, ...verdict });
          }
          return found;
        })(),
      );
    }
    const all = (await Promise.all(verdicts)).flat();
    expect(all.filter(({ installed, errors }) => !installed || errors.length > 0)).toEqual([]);
    const count = (of: (typeof all)[number]['validator']) =>
      all.filter(({ validator }) => validator === of).length;
    const structured = files.filter(({ kind }) => kind !== 'SC').length;
    expect([count('dciodvfy'), count('dsrdump'), count('PixelMed')]).toEqual([
      files.length,
      structured,
      structured,
    ]);
  }, 1_800_000);
});
