/** What a series can be to a model. STIR counts as sagittal T2, as in the challenge. */
export const SERIES_ROLES = ['sagittal-t1', 'sagittal-t2', 'axial-t2'] as const;
export type SeriesRole = (typeof SERIES_ROLES)[number];

export const ROLE_NAMES: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'sagittal T1',
  'sagittal-t2': 'sagittal T2',
  'axial-t2': 'axial T2',
};

/**
 * What whoever asks for an analysis decides of series, by Series Instance UID, before any rule of the site. `any`: it is
 * judged as ever, where OTHER_SERIES are ignored.
 */
export type SeriesOverride = Readonly<Record<string, SeriesRole | 'any' | 'ignore'>>;

/** In place of a UID: every series that is not named, those that come later among them. */
export const OTHER_SERIES = '*';

/** Whether series that are not named are not to be used. */
export const isRestricted = (override: SeriesOverride): boolean => override[OTHER_SERIES] === 'ignore';

/** The same of the series that are named, and nothing of the others. */
export function withoutRestriction(override: SeriesOverride): SeriesOverride {
  return Object.fromEntries(
    Object.entries(override).filter(([series, asked]) => series !== OTHER_SERIES && asked !== 'any'),
  );
}

/**
 * What a rule of the site, or whoever asked for the analysis, decides of an image: its role, or (role null) that it is
 * not to be used.
 */
export interface SiteRuleVerdict {
  /** Of the rule; null where it was asked for. */
  readonly name: string | null;
  readonly role: SeriesRole | null;
  /** Whether it is not to be used because others are named. */
  readonly unnamed?: true;
}
