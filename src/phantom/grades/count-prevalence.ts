import { GRADES, type Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { CONDITIONS, type Condition, TARGETS, targetKey } from '../../domain/target.ts';

export interface PrevalenceRow {
  readonly condition: Condition;
  readonly level: Level;
  /** Per cent of the places (both sides) graded so. */
  readonly moderate: number;
  readonly severe: number;
}

export interface MeasuredPrevalence {
  readonly rows: readonly PrevalenceRow[];
  /** Per cent of all grades, in GRADES order. */
  readonly overall: readonly number[];
  /** Per cent of studies with a Severe canal at any level. */
  readonly anySevereCanal: number;
}

/** How often each grade occurs in studies' grades by target key. */
export function countPrevalence(studies: readonly Readonly<Record<string, Grade>>[]): MeasuredPrevalence {
  const percent = (grade: Grade, keys: readonly string[]) => {
    const found = studies.reduce((sum, of) => sum + keys.filter((key) => of[key] === grade).length, 0);
    return (100 * found) / (studies.length * keys.length);
  };
  const keysOf = (condition: Condition, level: Level) =>
    TARGETS.filter((target) => target.condition === condition && target.level === level).map(targetKey);
  const canals = LEVELS.flatMap((level) => keysOf('spinal_canal_stenosis', level));
  const severe = studies.filter((of) => canals.some((key) => of[key] === 'Severe'));
  return {
    rows: CONDITIONS.flatMap((condition) =>
      LEVELS.map((level) => ({
        condition,
        level,
        moderate: percent('Moderate', keysOf(condition, level)),
        severe: percent('Severe', keysOf(condition, level)),
      })),
    ),
    overall: GRADES.map((grade) => percent(grade, TARGETS.map(targetKey))),
    anySevereCanal: (100 * severe.length) / studies.length,
  };
}

/** The same as lines of text, per cent Moderate/Severe from L1/L2 to L5/S1. */
export function prevalenceText({ rows, overall, anySevereCanal }: MeasuredPrevalence): string {
  const one = (value: number) => value.toFixed(1);
  const lines = CONDITIONS.map((condition) => {
    const levels = rows.filter((row) => row.condition === condition);
    return `${condition}: ${levels.map((row) => `${one(row.moderate)}/${one(row.severe)}`).join(', ')}`;
  });
  return [
    'Per cent Moderate/Severe, L1/L2 to L5/S1',
    ...lines,
    `all: ${overall.map(one).join(' / ')}`,
    `studies with a severe canal: ${one(anySevereCanal)}`,
    '',
  ].join('\n');
}
