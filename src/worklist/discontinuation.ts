import { CATALOGUE, type Code } from '../domain/catalogue.ts';
import type { Coded } from './coded.ts';

const dcm = (value: string, meaning: string): Coded => ({ value, scheme: 'DCM', meaning });
/** CID 9300 Procedure Discontinuation Reason. */
const UNSPECIFIED = dcm('110513', 'Discontinued for unspecified reason');
const EQUIPMENT = dcm('110501', 'Equipment failure');
const MALFORMED = dcm('110521', 'Objects incorrectly formatted');
const INCOMPLETE = dcm('110523', 'Object Set incomplete');
const REJECTED = dcm('110530', 'Workitem assignment rejected by assigned resource');
const INADEQUATE = dcm('110527', 'Resource inadequate');

const STANDARD: Readonly<Partial<Record<Code, Coded>>> = {
  'not-in-archive': INCOMPLETE,
  'input-elsewhere': INCOMPLETE,
  'input-without-study': INCOMPLETE,
  'input-series-missing': INCOMPLETE,
  'input-restricted': INCOMPLETE,
  'no-sagittal-t1': INCOMPLETE,
  'no-sagittal-t2': INCOMPLETE,
  'no-axial-t2': INCOMPLETE,
  'output-elsewhere': REJECTED,
  'image-unreadable': MALFORMED,
  'file-unreadable': MALFORMED,
  'contradicting-patients': MALFORMED,
  'frames-too-large': INADEQUATE,
  'beyond-limit': INADEQUATE,
};

/** The standard's words first, which every worklist shows, then this project's own for each reason. */
export function discontinuationReasons(codes: readonly Code[]): readonly Coded[] {
  const standard = codes.map(
    (code) => STANDARD[code] ?? (CATALOGUE[code].kind === 'fault' ? EQUIPMENT : UNSPECIFIED),
  );
  const own = codes.map((code) => ({
    value: code,
    scheme: '99SPINEGRADE',
    meaning: CATALOGUE[code].meaning,
  }));
  return [...new Set(standard.length > 0 ? standard : [UNSPECIFIED]), ...own];
}
