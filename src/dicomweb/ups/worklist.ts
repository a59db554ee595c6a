import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { Fault } from '../../domain/fault.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import type { ChannelEnd, ChannelListener } from './workitem-event.ts';

/** Procedure Step State (0074,1000) (PS3.4 CC.1.1). */
export type WorkitemState = 'SCHEDULED' | 'IN PROGRESS' | 'COMPLETED' | 'CANCELED';

/**
 * What became of a request. `refused`: the step is in another state, or another performer's; the standard's answers do
 * not tell the two apart. `gone`: the worklist has no such step, or none any more.
 */
export type Became = 'done' | 'refused' | 'gone';

/** Attributes by keyword, those of a sequence's items behind a dot (PS3.18 8.3.4.1), with the value that is meant. */
export type MatchingKeys = Readonly<Record<string, string>>;

/** What was asked of a worklist and did not come to an end; asking again may help. */
export class WorklistError extends Fault<'worklist-fault'> {
  override readonly name = 'WorklistError';
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  constructor(message: string, { status = null, cause }: { status?: number | null; cause?: unknown } = {}) {
    super('worklist-fault', message, { cause });
    this.status = status;
  }
}

/** A worklist of Unified Procedure Steps as this service sees it. Every call observes `signal`. Throws WorklistError. */
export interface Worklist {
  /**
   * Steps, each once, with what a search returns of them (PS3.4 table CC.2.5-3). A server may ignore the keys: whoever
   * asks looks at every answer himself.
   */
  search(keys: MatchingKeys, signal?: AbortSignal): Promise<readonly DicomJson[]>;
  /** All of one step; null where there is none. */
  retrieve(workitem: SopInstanceUid, signal?: AbortSignal): Promise<DicomJson | null>;
  /** A new step. `refused`: one of that UID is there. */
  create(workitem: SopInstanceUid, step: DicomJson, signal?: AbortSignal): Promise<Became>;
  /** Changes attributes of a step that was claimed with this Transaction UID. */
  update(
    workitem: SopInstanceUid,
    transactionUid: string,
    changes: DicomJson,
    signal?: AbortSignal,
  ): Promise<Became>;
  /** Claims a step, completes or cancels it. A step that is in that final state already is `done`. */
  changeState(
    workitem: SopInstanceUid,
    transactionUid: string,
    state: Exclude<WorkitemState, 'SCHEDULED'>,
    signal?: AbortSignal,
  ): Promise<Became>;
  /**
   * Subscribes an AE to every step, or to those that the keys mean (PS3.18 11.10).
   * @returns where its events are told, as the worklist says; null where it does not.
   */
  subscribe(aeTitle: string, keys: MatchingKeys | null, signal?: AbortSignal): Promise<string | null>;
  /**
   * Follows the event channel of a subscriber (PS3.18 8.10.4) until it ends, with what this service is asked for at the
   * worklist's own host; at another, where it names one, with nothing that says who asks.
   * @param told where it is, as `subscribe` returned it
   */
  follow(aeTitle: string, told: string | null, listener: ChannelListener): Promise<ChannelEnd>;
  close(): Promise<void>;
}
