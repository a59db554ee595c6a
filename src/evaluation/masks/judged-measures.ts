import { MEASURES, UNIT } from '../../domain/measurement.ts';

/** What outlines are judged by: what results have, and the size of foramina, which they have not. */
export const JUDGED_MEASURES = [...MEASURES, 'foraminal-height', 'foraminal-width'] as const;
export type JudgedMeasure = (typeof JUDGED_MEASURES)[number];

/** UCUM. */
export const JUDGED_UNIT: Readonly<Record<JudgedMeasure, 'mm' | 'mm2'>> = {
  ...UNIT,
  'foraminal-height': 'mm',
  'foraminal-width': 'mm',
};

/** One measure as found and as it is on the drawn or exact outline; null where it is absent there. */
export interface ComparedMeasure {
  readonly measure: JudgedMeasure;
  readonly found: number | null;
  readonly truth: number | null;
}
