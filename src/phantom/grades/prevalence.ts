import type { Condition } from '../../domain/target.ts';

/** Per cent Moderate and Severe, L1/L2 … L5/S1, in the 1,975 studies of the RSNA 2024 training set. */
export const CLINICAL_PREVALENCE: Readonly<Record<Condition, readonly (readonly [number, number])[]>> = {
  spinal_canal_stenosis: [
    [3, 1],
    [8, 3],
    [12, 6],
    [12, 13],
    [3, 1],
  ],
  neural_foraminal_narrowing: [
    [3, 0.4],
    [9, 1],
    [21, 2],
    [32, 7],
    [26, 10],
  ],
  subarticular_stenosis: [
    [5, 2],
    [13, 4],
    [23, 10],
    [32, 23],
    [21, 7],
  ],
};

/** Per cent in balanced anatomies, every condition and level: enough of each grade to learn from. */
export const BALANCED_PREVALENCE: readonly [number, number] = [32, 28];

/** How often grades occur: as in patients, or all of them about alike. */
export type Prevalence = 'clinical' | 'balanced';
