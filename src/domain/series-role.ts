/** What a series can be to a model. STIR counts as sagittal T2, as in the challenge. */
export const SERIES_ROLES = ['sagittal-t1', 'sagittal-t2', 'axial-t2'] as const;
export type SeriesRole = (typeof SERIES_ROLES)[number];

export const ROLE_NAMES: Readonly<Record<SeriesRole, string>> = {
  'sagittal-t1': 'sagittal T1',
  'sagittal-t2': 'sagittal T2',
  'axial-t2': 'axial T2',
};

/** What a rule of the site decides of an image: its role, or (role null) that it is not to be used. */
export interface SiteRuleVerdict {
  readonly name: string;
  readonly role: SeriesRole | null;
}
