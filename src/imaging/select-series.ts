import type { SeriesDecision, SeriesRole } from '../domain/series-role.ts';
import { assessSeries, type CandidateSeries, type QualifiedSeries } from './assess-series.ts';

export type { CandidateSeries };

export interface Selection {
  /** One for every series of the study, in the order given. */
  readonly decisions: readonly SeriesDecision[];
  /**
   * Role → series chosen for it: one for a sagittal role, one or more for axial T2. Their headers are those of the
   * images to use; others of the series (derived, repeated, misplaced) are left out.
   */
  readonly chosen: ReadonlyMap<SeriesRole, readonly CandidateSeries[]>;
  /** Required roles nothing was chosen for. */
  readonly missing: readonly SeriesRole[];
  /** Why each is missing, in words. */
  readonly reasons: readonly string[];
}

const ROLE_NAMES: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'sagittal T1',
  'sagittal-t2': 'sagittal T2',
  'axial-t2': 'axial T2',
};

interface Preference {
  readonly because: string;
  /** Less is better. */
  readonly badness: (series: QualifiedSeries) => number;
}

/** Differences below this are the rounding of header text. */
const tenths = (value: number) => Math.round(value * 10);

/** Of two series for one sagittal role, the first difference in this list decides. */
const PREFERENCES: readonly Preference[] = [
  { because: 'it is not fat-suppressed', badness: (series) => Number(series.fatSuppressed) },
  { because: 'it was taken without contrast agent', badness: (series) => Number(series.contrastAgentGiven) },
  {
    because: 'its weighting is known from echo and repetition time',
    badness: (series) => Number(series.weightingFromDescription),
  },
  { because: 'it has more slices', badness: (series) => -series.sliceCount },
  { because: 'its slices lie closer', badness: (series) => tenths(series.sliceSpacingMm ?? Infinity) },
  { because: 'its pixels are finer', badness: (series) => tenths(series.pixelSpacingMm * 10) },
  // A technologist repeats a series that went wrong.
  { because: 'it was taken later', badness: (series) => -(series.series.seriesNumber ?? -Infinity) },
];

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
): Selection {
  const assessed = candidates.map(assessSeries);
  const qualified = assessed.filter((series) => series.role !== null);
  const frame = bestFrameOfReference(qualified, required, optional);
  const chosen = new Map<SeriesRole, readonly CandidateSeries[]>();
  const verdicts: Verdicts = new Map();
  for (const role of new Set([...required, ...optional])) {
    const rivals = qualified.filter((series) => series.role === role && series.frameOfReferenceUid === frame);
    const picked = role === 'axial-t2' ? pickAxial(rivals, verdicts) : pickOne(rivals, verdicts);
    if (picked.length > 0)
      chosen.set(
        role,
        picked.map((series) => series.series),
      );
  }
  const decisions = assessed.map((series, index): SeriesDecision => {
    const { seriesInstanceUid, seriesNumber, modality, instanceCount } = candidates[index]!;
    const verdict =
      series.role === null ? null : (verdicts.get(series.series) ?? unchosen(series, required, optional));
    return {
      seriesInstanceUid,
      seriesNumber,
      modality,
      instanceCount,
      role: series.role,
      chosen: verdict?.chosen ?? false,
      reasons: verdict === null ? series.reasons : [...series.reasons, verdict.because],
    };
  });
  const missing = [...new Set(required)].filter((role) => !chosen.has(role));
  return { decisions, chosen, missing, reasons: missing.map((role) => whyMissing(role, qualified)) };
}

type Verdicts = Map<CandidateSeries, { readonly chosen: boolean; readonly because: string }>;

function pickOne(rivals: readonly QualifiedSeries[], verdicts: Verdicts): readonly QualifiedSeries[] {
  const best = [...rivals].sort((a, b) => compare(a, b).order)[0];
  if (best === undefined) return [];
  for (const rival of rivals) {
    verdicts.set(
      rival.series,
      rival === best ? chosenFor(best) : passedOver(rival, best, compare(best, rival).because),
    );
  }
  return [best];
}

/** Several axial series may each show other discs: all are used, fat-suppressed ones only for want of others. */
function pickAxial(rivals: readonly QualifiedSeries[], verdicts: Verdicts): readonly QualifiedSeries[] {
  const plain = rivals.filter((series) => !series.fatSuppressed);
  const picked = plain.length > 0 ? plain : rivals;
  for (const rival of rivals) {
    verdicts.set(
      rival.series,
      picked.includes(rival) ? chosenFor(rival) : passedOver(rival, picked[0]!, 'it is not fat-suppressed'),
    );
  }
  return picked;
}

function compare(a: QualifiedSeries, b: QualifiedSeries): { order: number; because: string } {
  for (const { badness, because } of PREFERENCES) {
    if (badness(a) !== badness(b)) return { order: badness(a) < badness(b) ? -1 : 1, because };
  }
  return {
    order: a.series.seriesInstanceUid < b.series.seriesInstanceUid ? -1 : 1,
    because: 'its UID comes first',
  };
}

function chosenFor({ role }: QualifiedSeries) {
  return { chosen: true, because: `chosen as ${ROLE_NAMES[role]}` };
}

function passedOver({ role }: QualifiedSeries, preferred: QualifiedSeries, because: string) {
  const { seriesNumber, seriesInstanceUid } = preferred.series;
  const name = seriesNumber === null ? `series ${seriesInstanceUid}` : `series number ${seriesNumber}`;
  return {
    chosen: false,
    because: `qualifies as ${ROLE_NAMES[role]}, but ${name} was preferred because ${because}`,
  };
}

function unchosen(
  { role }: QualifiedSeries,
  required: readonly SeriesRole[],
  optional: readonly SeriesRole[],
) {
  const needed = required.includes(role) || optional.includes(role);
  const but = needed
    ? 'lies in another frame of reference than the series chosen'
    : 'the model does not use it';
  return { chosen: false, because: `qualifies as ${ROLE_NAMES[role]}, but ${but}` };
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

function whyMissing(role: SeriesRole, qualified: readonly QualifiedSeries[]): string {
  const elsewhere = qualified.some((series) => series.role === role);
  return elsewhere
    ? `${ROLE_NAMES[role]} is there only in another frame of reference than the other series`
    : `no series qualifies as ${ROLE_NAMES[role]}`;
}
