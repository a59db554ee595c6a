import type { Grade } from '../../domain/grade.ts';
import { inPercent } from '../../domain/in-percent.ts';
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

/** In per cent; it does not break. */
export const percent = (probability: number): string => inPercent(probability).replaceAll(' ', '\u00a0');
