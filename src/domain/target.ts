import { LEVELS, type Level } from './level.ts';

export const CONDITIONS = [
  'spinal_canal_stenosis',
  'neural_foraminal_narrowing',
  'subarticular_stenosis',
] as const;
export type Condition = (typeof CONDITIONS)[number];

export const SIDES = ['left', 'right'] as const;
/** The patient's side; null for the spinal canal, which has none. */
export type Side = (typeof SIDES)[number] | null;

/** One of the 25 things graded. */
export interface Target {
  readonly condition: Condition;
  readonly side: Side;
  readonly level: Level;
}

const COLUMNS: readonly Omit<Target, 'level'>[] = [
  { condition: 'spinal_canal_stenosis', side: null },
  { condition: 'neural_foraminal_narrowing', side: 'left' },
  { condition: 'neural_foraminal_narrowing', side: 'right' },
  { condition: 'subarticular_stenosis', side: 'left' },
  { condition: 'subarticular_stenosis', side: 'right' },
];

/** The five (condition, side) pairs graded at every level, in the order of the results table. */
export const LEVEL_TARGETS: readonly Omit<Target, 'level'>[] = COLUMNS;

/** All 25 targets: level by level from L1/L2, within a level in LEVEL_TARGETS order. */
export const TARGETS: readonly Target[] = LEVELS.flatMap((level) =>
  COLUMNS.map((column) => ({ ...column, level })),
);

/** The challenge's column name, such as `left_neural_foraminal_narrowing_l4_l5`; unique among TARGETS. */
export function targetKey(target: Target): string {
  const side = target.side === null ? '' : `${target.side}_`;
  return `${side}${target.condition}_${target.level.toLowerCase().replace('/', '_')}`;
}

export function isSameTarget(one: Target, other: Target): boolean {
  return one.condition === other.condition && one.side === other.side && one.level === other.level;
}

/** The target of these names, as an address has them; null where there is none. */
export function findTarget(of: { readonly [Name in keyof Target]?: unknown }): Target | null {
  return TARGETS.find((each) => isSameTarget(each, of as Target)) ?? null;
}

const SHORT_CONDITIONS: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'canal',
  neural_foraminal_narrowing: 'foramen',
  subarticular_stenosis: 'recess',
};

/** Such as `L4/L5 canal`: the whole name is too long for one line. */
export function shortTargetName({ level, condition, side }: Target): string {
  return `${level} ${SHORT_CONDITIONS[condition]}${side === null ? '' : ` ${side}`}`;
}
