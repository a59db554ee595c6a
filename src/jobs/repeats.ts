/**
 * After this many analyses of a watched study that failed of faults that may pass, some five days, the watcher asks for
 * no other: somebody has to.
 */
export const REPEATS = 10;
