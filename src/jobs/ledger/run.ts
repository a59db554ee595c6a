import type { SeriesOverride } from '../../domain/series-role.ts';
import type { Stage } from '../../domain/stage.ts';
import type { Traceparent } from '../../domain/traceparent.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { Priority } from '../analysis-request.ts';

/** One run of one analysis. Writes of a run that has been overtaken by another change nothing. */
export interface Run {
  readonly id: string;
  readonly studyInstanceUid: StudyInstanceUid;
  /** 1 for the first. */
  readonly attempt: number;
  /** Attempts ended by a fault so far. */
  readonly faults: number;
  /** Times a process ended in the middle of this analysis, other than by being told to stop. */
  readonly interruptions: number;
  /** How many of them, the latest, in one and the same stage. */
  readonly stageInterruptions: number;
  /** That stage; null before the first. */
  readonly interruptedStage: Stage | null;
  /** Of which trace the analysis is a part; null where nobody who submitted it traced. */
  readonly traceparent: Traceparent | null;
  /** How it was asked for. */
  readonly forced: boolean;
  readonly seriesOverride: SeriesOverride;
  readonly note: string | null;
  readonly priority: Priority;
  /** Somebody wants it to end. */
  readonly cancelRequested: boolean;
  /** Since it was put into the queue, or since an earlier run of it last showed itself. */
  readonly queuedMs: number;
}

/** Whether a row is still that run's to write: id and attempt are the first parameters. */
export const OURS = `id = $1 AND attempts = $2 AND state = 'running'`;

/**
 * What is written where a run turns out to have been cut off. The stage before the first interruption is not known for
 * certain (UNHURRIED of run-progress.ts), so the second counts as one of the same stage.
 */
export const CUT_OFF = `interruptions = interruptions + 1, interrupted_stage = stage,
  stage_interruptions = CASE WHEN interruptions <= 1 OR stage IS NOT DISTINCT FROM interrupted_stage
    THEN stage_interruptions + 1 ELSE 1 END`;
