import { OTHER_SERIES } from '../../domain/series-role.ts';

/** Whether an analysis may use named series alone (isRestricted). */
export const RESTRICTED = `series_override -> '${OTHER_SERIES}' IS NOT NULL`;

/**
 * What remains, at the beginning of a run, of its having to be followed by another: it reads the study anew, but for the
 * series that it may not use.
 */
export const STILL_AGAIN = `run_again AND ${RESTRICTED}`;
