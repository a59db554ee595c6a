import { judgeFindings } from '../../inference/classify/judge-findings.ts';
import type { PackManifest } from '../../inference/pack/pack-manifest.ts';
import type { GradedRow } from '../tables/graded-row.ts';
import { gradedRows } from '../tables/graded-rows.ts';
import type { FoundForamen, MeasuredSac, SlicesOutcome } from './evaluate-slices.ts';

/** What a pack says of labelled slices, read with the other slices of their study. */
export interface JudgedSlices {
  /** Read at the labelled places. */
  readonly atLabels: readonly GradedRow[];
  /** Read where the pack's finder sees the foramina; null where it looks for none on these slices. */
  readonly atFound: readonly GradedRow[] | null;
  readonly foramina: readonly FoundForamen[];
  readonly sacs: readonly MeasuredSac[];
}

/** All slices of one study, in their order: as a service that had seen them together would stand by them. */
export function judgedSlices(
  manifest: PackManifest,
  outcomes: readonly SlicesOutcome[],
): readonly JudgedSlices[] {
  const atLabels = judged(manifest, outcomes, ({ atLabels }) => atLabels);
  const atFound = judged(manifest, outcomes, ({ atFound }) => atFound ?? []);
  return outcomes.map((outcome, i) => ({
    atLabels: atLabels[i]!,
    atFound: outcome.atFound === null ? null : atFound[i]!,
    foramina: outcome.foramina,
    sacs: outcome.sacs,
  }));
}

/** Findings without a reference say nothing of the others: nobody knows what the slice shows there. */
function judged(
  manifest: PackManifest,
  outcomes: readonly SlicesOutcome[],
  of: (outcome: SlicesOutcome) => SlicesOutcome['atLabels'],
) {
  const known = outcomes.map((outcome) =>
    of(outcome).filter((finding) => gradedRows([finding], outcome.grades).length > 0),
  );
  const all = judgeFindings(manifest, known.flat());
  let at = 0;
  return known.map((findings, i) => {
    const own = all.slice(at, at + findings.length);
    at += findings.length;
    return gradedRows(own, outcomes[i]!.grades);
  });
}
