import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { studyContext } from '../../dicom/image/study-context.ts';
import { objectDifferences } from '../../results/object-differences.ts';
import { composeReport, type ReportToCompose } from '../../sr/encode/encode-report.ts';
import { graded } from './bench-inference.ts';
import { measureInTurn } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';

/** Composing a report, and comparing an archive's copy with it. */
export async function benchReport(study: BenchStudy, runs: number): Promise<BenchRow[]> {
  const report = await reportOf(study);
  const { bytes } = composeReport(report);
  const coerced = { ...report.studyContext, '00100020': { vr: 'LO', Value: ['COERCED'] } };
  const other = composeReport({ ...report, studyContext: coerced }).bytes;
  const [composing, same, compared] = await measureInTurn(runs, [
    async () => composeReport(report),
    async () => objectDifferences(bytes, new Uint8Array(bytes)),
    async () => objectDifferences(bytes, other),
  ]);
  return [
    { what: `compose a report of ${Math.round(bytes.length / 1000)} kB`, timing: composing! },
    { what: 'compare it with the same bytes', timing: same! },
    { what: 'compare it with a copy of another patient ID', timing: compared! },
  ];
}

async function reportOf(study: BenchStudy): Promise<ReportToCompose> {
  const { pack, volumes, inspected } = study;
  const { levels, findings } = await graded(study);
  const series = inspected.selection.decisions;
  return {
    studyInstanceUid: study.study,
    seriesInstanceUid: deterministicUid('bench', 'series'),
    sopInstanceUid: deterministicUid('bench', 'report'),
    series: { number: 990, description: 'bench' },
    graded: {
      kind: 'graded',
      series,
      levels,
      findings,
      observations: [],
      algorithm: pack.algorithm,
      warnings: [],
    },
    images: Object.values(volumes).flatMap(({ role, slices }) =>
      slices.map(({ image }) => ({ reference: image, role })),
    ),
    observer: OBSERVER,
    studyContext: studyContext(inspected.oneImage),
    createdAt: new Date(),
  };
}

export const OBSERVER: ReportToCompose['observer'] = {
  uid: deterministicUid('bench', 'device'),
  name: 'bench',
  manufacturer: 'spinegrade',
  modelName: 'bench',
  serialNumber: '1',
  softwareVersion: '1',
};
