import type { Grade } from '../../domain/grade.ts';
import { inPercent } from '../../domain/in-percent.ts';
import { type Measure, type Measured, UNIT } from '../../domain/measurement.ts';
import type { Stage } from '../../domain/stage.ts';
import type { Condition, Side } from '../../domain/target.ts';
import type { AnalysisState, Trigger } from '../../jobs/analysis-record.ts';
import type { Priority } from '../../jobs/analysis-request.ts';

/** What the page calls things; sentences about studies are the domain's. */
export const STATE_WORDS: Readonly<Record<AnalysisState, string>> = {
  queued: 'Waiting',
  running: 'Running',
  stored: 'Reported',
  ineligible: 'Not analysed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const PRIORITY_WORDS: Readonly<Record<Priority, string>> = {
  stat: 'Stat',
  routine: 'Routine',
  backfill: 'Backfill',
};

export const TRIGGER_WORDS: Readonly<Record<Trigger, string>> = {
  api: 'API',
  watch: 'Watcher',
  worklist: 'Worklist',
};

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  select: 'Select series',
  fetch: 'Fetch images',
  localise: 'Find discs',
  crop: 'Crop',
  classify: 'Grade',
  report: 'Compose report',
  store: 'Store',
};

export const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'Spinal canal stenosis',
  neural_foraminal_narrowing: 'Neural foraminal narrowing',
  subarticular_stenosis: 'Subarticular stenosis',
};

/** A letter for a class of CSS. */
export const GRADE_CLASSES: Readonly<Record<Grade, string>> = {
  'Normal/Mild': 'mild',
  Moderate: 'moderate',
  Severe: 'severe',
};

export const columnWords = ({ condition, side }: { readonly condition: Condition; readonly side: Side }) =>
  side === null ? CONDITION_WORDS[condition] : `${CONDITION_WORDS[condition]}, ${side}`;

/** Headings of a table of lengths and areas. */
export const MEASURE_COLUMNS: Readonly<Record<Measure, string>> = {
  'canal-diameter': 'Canal, front to back',
  'sac-diameter': 'Dural sac, front to back',
  'sac-area': 'Dural sac, cross-section',
  'disc-height': 'Disc height',
  slip: 'Slip',
};

/** With its unit, from which it does not break: lengths to a tenth of a millimetre, areas to one square millimetre. */
export const quantity = ({ measure, value }: Pick<Measured, 'measure' | 'value'>): string =>
  UNIT[measure] === 'mm2' ? `${value.toFixed(0)}\u00a0mm²` : `${value.toFixed(1)}\u00a0mm`;

/** In per cent; it does not break. */
export const percent = (probability: number): string => inPercent(probability).replaceAll(' ', '\u00a0');
