import type { Priority } from '../analysis-request.ts';

/** Before everything else. */
const STAT_RANK = 2_000_000_000;
/** Of a stream of other work that never ends, one `backfill` is let in after so long. */
const BACKFILL_EVERY_SECONDS = 300;

/** Seconds since 2020 by the database's clock: fits an integer until 2088. */
const NOW = `(extract(epoch FROM now()) - 1577836800)::int`;

/**
 * SQL for the rank of an analysis that is opened now: whoever has the highest is taken first, in whichever process.
 * `stat` overtakes at once; `routine` comes in order of asking. Each `backfill` ranks as if it had been asked for some
 * minutes after the one before: it is taken whenever there is nothing else, and comes to its turn where there always
 * is, while ten thousand of them hold nothing else up.
 */
export const QUEUE_RANK: Readonly<Record<Priority, string>> = {
  stat: String(STAT_RANK),
  routine: `-${NOW}`,
  backfill: `least(-${NOW}, (SELECT min(queue_rank) FROM spinegrade.analysis
    WHERE state = 'queued' AND priority = 'backfill')) - ${BACKFILL_EVERY_SECONDS}`,
};
