import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';
import { hasValue } from '../../src/dicom/json/dicom-json-values.ts';

/** Final State codes R and P, and R and X, of PS3.4 table CC.2.5-3; those of a sequence's items behind its tag. */
const ALWAYS = ['00741200', '00404005', '00404041'];
const COMPLETED = [
  '00741216',
  '00741216.00404028',
  '00741216.00404050',
  '00741216.00404019',
  '00741216.00404051',
];
const CANCELED = ['00741002', '00741002.0074100E'];

/** The attributes without which a step may not come to that state. */
export function finalStateLacks(step: DicomJson, state: string | null): readonly string[] {
  const wanted = [...ALWAYS, ...(state === 'COMPLETED' ? COMPLETED : CANCELED)];
  const lacks = wanted.filter((path) => !has(step, path.split('.')));
  // P, too, but it may be empty: only the sequence has to be there.
  const [performed] = (step['00741216']?.Value ?? []) as DicomJson[];
  const outputs = state === 'COMPLETED' && performed?.['00404033'] === undefined ? ['00741216.00404033'] : [];
  return [...lacks, ...outputs];
}

function has(dataSet: DicomJson, [tag = '', ...inside]: readonly string[]): boolean {
  if (!hasValue(dataSet, tag)) return false;
  if (inside.length === 0) return true;
  return (dataSet[tag]?.Value ?? []).every((item) => has(item as DicomJson, inside));
}
