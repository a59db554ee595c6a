import { ImagingError } from '../../dicom/imaging-error.ts';
import { ArchiveError } from '../../dicomweb/archive.ts';
import { WorklistError } from '../../dicomweb/ups/worklist.ts';
import type { Code } from '../../domain/catalogue.ts';
import { adviceFor, WORKLIST_AWAY } from './advice.ts';

/**
 * `found`: there, as the standard has it. `own-way`: otherwise, and the service copes. `lacking`: not there, and the
 * service works with less. `missing`: without it the service cannot work there. `not-tried`: nothing to try it on.
 */
export type Outcome = 'found' | 'own-way' | 'lacking' | 'missing' | 'not-tried';

/** One thing that was looked for. Its words hold UIDs at most, nothing about a patient. */
export interface Check {
  readonly name: string;
  readonly outcome: Outcome;
  /** Of the catalogue, where it has one for what was found. */
  readonly code: Code | null;
  readonly words: string;
  /** What to set or to do; null: nothing. */
  readonly advice: string | null;
}

type More = Partial<Pick<Check, 'code' | 'advice'>>;

const check =
  (outcome: Outcome) =>
  (name: string, words: string, { code = null, advice = null }: More = {}): Check => ({
    name,
    outcome,
    code,
    words,
    advice,
  });

export const found = check('found');
export const ownWay = check('own-way');
export const lacking = check('lacking');
export const missing = check('missing');
export const notTried = check('not-tried');

/** What came of a check that failed before it could say anything. @throws what is no fault of the archive. */
export function missingBy(name: string, fault: unknown): Check {
  if (fault instanceof ArchiveError) {
    return missing(name, fault.message, { code: fault.code, advice: adviceFor(fault, name) });
  }
  if (fault instanceof WorklistError) {
    const advice = fault.status === null ? WORKLIST_AWAY : null;
    return missing(name, fault.message, { code: fault.code, advice });
  }
  if (fault instanceof ImagingError || fault instanceof TypeError) {
    return missing(name, `what came is no whole DICOM object: ${fault.message}`, { code: 'archive-fault' });
  }
  if (fault instanceof Error && fault.name === 'TimeoutError') {
    return missing(name, 'no answer in the time that the examination has', { code: 'archive-unreachable' });
  }
  throw fault;
}

/** The checks of a run, or the one that says why it could not be made. */
export async function attempt(
  name: string,
  run: () => Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return [await run()].flat();
  } catch (fault) {
    return [missingBy(name, fault)];
  }
}
