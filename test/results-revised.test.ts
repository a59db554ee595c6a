import { describe, expect, test } from 'vitest';
import { inWords } from '../src/domain/remark.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import type { AnalysisOutcome } from '../src/results/analysis-outcome.ts';
import { deleteInstance } from './support/archive-client.ts';
import { commentsOf, dcmtkJson } from './support/dcmtk-json.ts';
import { expectOfEachKind, expectWithoutErrors } from './support/expect-left-objects.ts';
import { predecessorOf, reportOf } from './support/kept-report.ts';
import { asAnotherStudy, ofRole } from './support/phantom-objects.ts';
import { readReport } from './support/read-report.ts';
import { PROFILE, resultsBench } from './support/results-bench.ts';

/** A study analysed again, when its images, the pack or what is asked for have changed. */
const bench = resultsBench();

describe('a study whose axial images come late, and a new pack', () => {
  let study: StudyInstanceUid;
  const reports: ReturnType<typeof reportOf>[] = [];

  test('without them: report, summary, key objects and a segmentation, and a warning', async () => {
    study = bench.phantom[0]!.studyInstanceUid;
    await bench.send(bench.phantom.filter(({ role }) => role !== 'axial-t2'));
    const outcome = await bench.graded(study);
    expect(outcome.graded.warnings).toMatchObject([
      { code: 'without-axial-t2', facts: { why: { kind: 'none-qualifies', faulty: [] } } },
    ]);
    expect(outcome.results.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC', 'KO', 'SEG']);
    expect(outcome.results.predecessors).toEqual([]);
    reports.push(reportOf(outcome.results));
    expect(await predecessorOf(reports[0]!.bytes!)).toEqual([]);
    expect(await bench.inStudy(study)).toHaveLength(4);
  });

  test('with them: a report that names its predecessor, once, however often it is asked for', async () => {
    await bench.send(ofRole(bench.phantom, 'axial-t2'));
    const outcome = await bench.graded(study);
    reports.push(reportOf(outcome.results));
    expect(await predecessorOf(reports[1]!.bytes!)).toEqual([reports[0]!.reference]);
    expect(outcome.results.predecessors).toEqual([reports[0]!.reference]);
    // One of the sagittal outlines before, two now.
    expect(await bench.inStudy(study)).toHaveLength(9);
    const again = await bench.graded(study);
    expect(again.results).toEqual(outcome.results);
    expect(await bench.inStudy(study)).toHaveLength(9);
    const trackingUids = reports.map(({ bytes }) =>
      readReport(bytes!).findings.map((read) => read.trackingUid),
    );
    expect(trackingUids[1]).toEqual(trackingUids[0]);
  });

  test('by another pack: a report after that one; by the first again: nothing', async () => {
    const second = { ...bench.pack, sha256: 'cd'.repeat(32) };
    const outcome = await bench.graded(study, second);
    reports.push(reportOf(outcome.results));
    expect(await predecessorOf(reports[2]!.bytes!)).toEqual([reports[1]!.reference]);
    expect(outcome.results.predecessors).toEqual([reports[1]!.reference, reports[0]!.reference]);
    expect(await bench.inStudy(study)).toHaveLength(14);
    expect(reportOf((await bench.graded(study)).results).reference).toEqual(reports[1]!.reference);
    expect(await bench.inStudy(study)).toHaveLength(14);
  });

  test('an object the archive has lost is stored again, the others are not', async () => {
    const { results } = await bench.graded(study);
    const { sopInstanceUid } = results.objects.find(({ kind }) => kind === 'SC')!;
    await deleteInstance(bench.site.orthanc.baseUrl, sopInstanceUid);
    expect(await bench.inStudy(study)).toHaveLength(13);
    await bench.graded(study);
    expect(await bench.inStudy(study)).toHaveLength(14);
  });
});

test('a study that cannot be graded is told so once; graded later, its report replaces the notice', async () => {
  const late = asAnotherStudy(bench.phantom, 1);
  const study = late[0]!.studyInstanceUid;
  await bench.send(ofRole(late, 'sagittal-t1'));
  expect(await bench.analyse(study, bench.pack, { notAnalysed: false })).not.toHaveProperty('notice');
  expect(await bench.inStudy(study)).toEqual([]);
  const outcome = await bench.analyse(study);
  if (outcome.kind !== 'ineligible') throw new Error('the study was graded');
  const notice = reportOf(outcome.notice!);
  expect(commentsOf(await dcmtkJson(notice.bytes!))[1]).toBe(`Reason: ${inWords(outcome.reasons[0]!)}.`);
  await bench.analyse(study);
  expect(await bench.inStudy(study)).toMatchObject([{ modality: 'SR', ...notice.reference }]);

  await bench.send(late.filter(({ role }) => role !== 'sagittal-t1'));
  const { results } = await bench.graded(study);
  expect(await predecessorOf(reportOf(results).bytes!)).toEqual([notice.reference]);
  expect(await bench.inStudy(study)).toHaveLength(6);
});

test('a profile that asks for more later: the next analysis adds that, once, and touches nothing else', async () => {
  const objects = asAnotherStudy(bench.phantom, 7);
  const study = objects[0]!.studyInstanceUid;
  await bench.send(objects);
  const kindsOf = (outcome: AnalysisOutcome) =>
    outcome.kind === 'stored' ? outcome.results.objects.map(({ kind }) => kind) : outcome.reasons;
  const first = await bench.analyse(study, bench.pack, { kinds: ['SC'] });
  expect(kindsOf(first)).toEqual(['SC']);
  const [summary] = await bench.inStudy(study);
  const renamed = { ...PROFILE.series, SC: { number: 700, description: 'renamed' } };
  for (const _ of [1, 2]) {
    const more = await bench.analyse(study, bench.pack, { kinds: ['KO', 'SR', 'SC'], series: renamed });
    expect(kindsOf(more)).toEqual(['SC', 'KO', 'SR']);
    const stored = await bench.inStudy(study);
    expect(stored.map(({ modality }) => modality).toSorted()).toEqual(['KO', 'OT', 'SR']);
    expect(stored).toContainEqual(summary);
  }
  expect(kindsOf(await bench.analyse(study, bench.pack, { kinds: ['SR'] }))).toEqual(['SC', 'KO', 'SR']);
  expect(await bench.inStudy(study)).toHaveLength(3);
});

describe('every object made above', () => {
  test('is of each kind', () => expectOfEachKind(bench.left, { SR: 6, SC: 5, KO: 5, SEG: 7 }));

  test('is without errors to every validator', () => expectWithoutErrors(bench.left), 1_800_000);
});
