/** How long the archive was without the result of an analysis; seconds, by the database's clock. */
export interface ResultDelay {
  readonly trigger: 'api' | 'watch' | 'worklist';
  /** Since the study was first seen; where it had a result before, since its images last changed. */
  readonly sinceFirstSeen: number;
  /** Since its images last changed; where it was asked for over the API, both are since then. */
  readonly sinceLastImage: number;
}

/**
 * The same as an expression over a row of `analysis` that has just been concluded. What the watcher waited, by a clock
 * that does not jump, counts at least; and an analysis that repeats failed ones counts from what they were asked for.
 */
export const RESULT_DELAY = `(
  SELECT jsonb_build_object('trigger', analysis.trigger,
    'sinceFirstSeen', extract(epoch FROM analysis.finished_at - least(analysis.created_at
      - make_interval(secs => coalesce(analysis.waited_ms, 0) / 1000), seen.since, seen.last_change)),
    'sinceLastImage', extract(epoch FROM analysis.finished_at - least(analysis.created_at, seen.last_change)))
  FROM (SELECT 1) AS one LEFT JOIN (
    SELECT changed_at AS last_change, CASE WHEN EXISTS (
        SELECT FROM spinegrade.analysis AS earlier WHERE earlier.study_instance_uid = analysis.study_instance_uid
          AND earlier.created_at < analysis.created_at AND earlier.state IN ('stored', 'ineligible'))
      THEN changed_at ELSE first_seen_at END AS since
    FROM spinegrade.watched_study AS watched
    WHERE watched.study_instance_uid = analysis.study_instance_uid AND analysis.trigger = 'watch') AS seen ON true)`;
