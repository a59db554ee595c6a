import { DEFAULT_STUDY_LIMITS, type StudyLimits } from '../../domain/study-limits.ts';
import type { DecodeFrame } from '../../pixels/encoded-frame.ts';
import { NO_RULES, parseSeriesRules, type SeriesRules } from '../../series/rules/series-rules.ts';

/** How the studies of a folder are read: by the limits and the rules of a site, as the service would read them. */
export interface FolderReading {
  readonly decode: DecodeFrame;
  readonly limits: StudyLimits;
  readonly rules: SeriesRules;
}

/** The same as plain data, which can go to another thread. */
export interface ReadingSettings {
  readonly limits: StudyLimits;
  /** The text of a site's rules, which has been found to be right; null for none. */
  readonly rulesText: string | null;
}

/** By default as a service without settings of its own. */
export function folderReading(
  decode: DecodeFrame,
  { limits, rulesText }: ReadingSettings = { limits: DEFAULT_STUDY_LIMITS, rulesText: null },
): FolderReading {
  if (rulesText === null) return { decode, limits, rules: NO_RULES };
  const parsed = parseSeriesRules(rulesText);
  if (parsed.kind === 'problems') throw new TypeError(parsed.problems.join('; '));
  return { decode, limits, rules: parsed.rules };
}
