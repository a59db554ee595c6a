/** The way of a study; a stage's name appears in the API, in metrics and in failure reasons. */
export const STAGES = ['select', 'fetch', 'localise', 'crop', 'classify', 'report', 'store'] as const;
export type Stage = (typeof STAGES)[number];

/** Wraps each stage from outside: progress, timing, metrics. */
export type ObserveStage = <T>(stage: Stage, run: () => Promise<T>) => Promise<T>;

/** For a run that nobody follows. */
export const unobserved: ObserveStage = (_, run) => run();
