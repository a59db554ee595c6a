import { type Reason, remark, type Warning } from '../domain/remark.ts';
import type { SeriesDecision } from '../domain/series-decision.ts';
import { type SeriesRemark, seriesRemark } from '../domain/series-remark.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { type AssessmentOptions, assessSeries, DEFAULT_MAX_FRAME_PIXELS } from './assess-series.ts';
import type {
  AssessedSeries,
  CandidateSeries,
  QualifiedSeries,
  UnweighedSeries,
} from './candidate-series.ts';
import { isRedundant, rankSeries, sliceCentres, withoutLocalisers } from './rank-series.ts';
import { passedOver, sharedUids, shortcomings, tooLarge, whyUnused } from './selection-words.ts';

export interface Selection {
  /**
   * For every series of the study, in the order given. A series whose images serve several roles has one for each of
   * them; any other has exactly one.
   */
  readonly decisions: readonly SeriesDecision[];
  /**
   * Role → series chosen for it: one for a sagittal role, one or more for axial T2. Their headers are those of the
   * images to use; others of the series (derived, repeated, misplaced) are left out.
   */
  readonly chosen: ReadonlyMap<SeriesRole, readonly CandidateSeries[]>;
  /** Required roles nothing was chosen for. */
  readonly missing: readonly SeriesRole[];
  /** Why the study cannot be graded with what was chosen; empty when it can. */
  readonly reasons: readonly Reason[];
  /**
   * Shortcomings of what was chosen: a role without a series, slices missing, contrast known from pixels alone, UIDs
   * that name several images.
   */
  readonly warnings: readonly Warning[];
  /** Series whose contrast nothing in their headers tells. */
  readonly unweighed: readonly UnweighedSeries[];
}

/**
 * Gives each series of a study its role, or says why it has none. All chosen series share one frame of reference:
 * the one in which the most roles can be filled.
 * @param candidates every series of the study, of any modality.
 * @param required roles without which the study cannot be graded.
 * @param optional roles that are used when there; a role in neither list is not chosen.
 */
export function selectSeries(
  candidates: readonly CandidateSeries[],
  required: readonly SeriesRole[],
  optional: readonly SeriesRole[] = [],
  options: Partial<AssessmentOptions> = {},
): Selection {
  const { maxFramePixels = DEFAULT_MAX_FRAME_PIXELS, weighed = new Map() } = options;
  const assessed = candidates.map((series) => assessSeries(series, { maxFramePixels, weighed }));
  const qualified = assessed.flatMap((series) => series.qualified);
  const frame = bestFrameOfReference(withoutLocalisers(qualified), required, optional);
  const inFrame = qualified.filter((series) => series.frameOfReferenceUid === frame);
  const axialCentres = inFrame.filter(({ role }) => role === 'axial-t2').flatMap(sliceCentres);
  const chosen = new Map<SeriesRole, readonly CandidateSeries[]>();
  const verdicts: Verdicts = new Map();
  for (const role of new Set([...required, ...optional])) {
    const rivals = inFrame.filter((series) => series.role === role);
    const ranked = rankSeries(rivals, axialCentres);
    const picked = role === 'axial-t2' ? pickAxial(ranked) : ranked.slice(0, 1);
    for (const rival of ranked) {
      verdicts.set(
        rival,
        picked.includes(rival)
          ? chosenFor(rival)
          : { chosen: false, because: passedOver(rival, betterOf(rival, picked), axialCentres) },
      );
    }
    // In the order of the study, not of preference: what is chosen does not depend on the archive's order.
    const inOrder = inFrame.filter((series) => picked.includes(series));
    if (inOrder.length > 0)
      chosen.set(
        role,
        inOrder.map((series) => series.series),
      );
  }
  const decisions = assessed.flatMap((series) => decide(series, verdicts, [...required, ...optional]));
  const missing = [...new Set(required)].filter((role) => !chosen.has(role));
  const unused = [...new Set(optional)].filter((role) => !chosen.has(role) && !missing.includes(role));
  return {
    decisions,
    chosen,
    missing,
    reasons: [
      ...missing.map((role) => remark(`no-${role}`, { why: whyUnused(role, assessed) })),
      ...(missing.length > 0 ? tooLarge(assessed, maxFramePixels) : []),
    ],
    warnings: [
      ...unused.map((role) => remark(`without-${role}`, { why: whyUnused(role, assessed) })),
      ...qualified.filter((series) => verdicts.get(series)?.chosen).flatMap(shortcomings),
      ...sharedUids([...chosen.values()].flat()),
    ],
    unweighed: assessed.flatMap((series) => series.unweighed),
  };
}

interface Verdict {
  readonly chosen: boolean;
  readonly because: SeriesRemark;
}
type Verdicts = Map<QualifiedSeries, Verdict>;

function decide(
  { series, qualified, refusals }: AssessedSeries,
  verdicts: Verdicts,
  used: readonly SeriesRole[],
): SeriesDecision[] {
  const { seriesInstanceUid, seriesNumber, modality, instanceCount } = series;
  const about = { seriesInstanceUid, seriesNumber, modality, instanceCount };
  if (qualified.length === 0) return [{ ...about, role: null, chosen: false, reasons: refusals }];
  return [...Map.groupBy(qualified, ({ role }) => role)].map(([role, sets]): SeriesDecision => {
    const told = sets.map((set) => ({ set, verdict: verdicts.get(set) ?? unchosen(set, used) }));
    const best = told.find(({ verdict }) => verdict.chosen) ?? told[0]!;
    return {
      ...about,
      role,
      chosen: best.verdict.chosen,
      reasons: [...best.set.reasons, best.verdict.because],
    };
  });
}

/**
 * Several axial series may each show other discs: all are used, localisers and fat-suppressed ones only for want of
 * others, and of those that show the same places the best.
 * @param ranked best first.
 */
function pickAxial(ranked: readonly QualifiedSeries[]): readonly QualifiedSeries[] {
  const diagnostic = withoutLocalisers(ranked);
  const plain = diagnostic.filter((series) => !series.fatSuppressed);
  const picked: QualifiedSeries[] = [];
  for (const series of plain.length > 0 ? plain : diagnostic) {
    if (!picked.some((better) => isRedundant(series, better))) picked.push(series);
  }
  return picked;
}

function betterOf(rival: QualifiedSeries, picked: readonly QualifiedSeries[]): QualifiedSeries {
  return picked.find((better) => rival.role === 'axial-t2' && isRedundant(rival, better)) ?? picked[0]!;
}

function chosenFor({ role }: QualifiedSeries): Verdict {
  return { chosen: true, because: seriesRemark('chosen', { role }) };
}

function unchosen({ role }: QualifiedSeries, used: readonly SeriesRole[]): Verdict {
  const because = seriesRemark(used.includes(role) ? 'elsewhere-in-space' : 'role-not-used', { role });
  return { chosen: false, because };
}

/** The frame of reference that fills the most roles, required ones first; then the one with the most images. */
function bestFrameOfReference(
  qualified: readonly QualifiedSeries[],
  required: readonly SeriesRole[],
  optional: readonly SeriesRole[],
): string | null {
  const score = (members: readonly QualifiedSeries[]): readonly [number, number, number] => {
    const roles = new Set(members.map((series) => series.role));
    const filled = (wanted: readonly SeriesRole[]) => wanted.filter((role) => roles.has(role)).length;
    const images = members.reduce((sum, series) => sum + series.sliceCount, 0);
    return [filled(required), filled(optional), images];
  };
  const frames = [...Map.groupBy(qualified, (series) => series.frameOfReferenceUid)];
  const ranked = frames
    .map(([frame, members]) => ({ frame, score: score(members) }))
    .sort((a, b) => {
      const differing = a.score.findIndex((value, index) => value !== b.score[index]);
      if (differing >= 0) return b.score[differing]! - a.score[differing]!;
      return (a.frame ?? '') < (b.frame ?? '') ? -1 : 1;
    });
  return ranked[0]?.frame ?? null;
}
