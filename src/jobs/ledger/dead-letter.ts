/**
 * SQL for whether an analysis after which no other was asked for has failed for good: those that the watcher repeats, by
 * the rule of failedForNow in watch-ledger.ts, have not.
 * @param repeats the parameter of REPEATS.
 */
export const DEAD_LETTER = (repeats: string) => `analysis.state = 'failed' AND NOT (
    analysis.failure->>'retryable' = 'true'
    AND (SELECT count(*) FROM spinegrade.analysis AS failed WHERE failed.state = 'failed'
      AND failed.study_instance_uid = analysis.study_instance_uid AND failed.failure->>'retryable' = 'true') <= ${repeats}
    AND EXISTS (SELECT FROM spinegrade.watched_study AS watched
      WHERE watched.study_instance_uid = analysis.study_instance_uid AND NOT watched.set_aside))`;
