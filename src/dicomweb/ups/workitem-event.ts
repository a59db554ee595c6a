import type { SopInstanceUid } from '../../domain/uid.ts';

/** Event Type ID (0000,1002) (PS3.4 table CC.2.4-1). */
export type WorkitemEventType = 'state' | 'cancel-requested' | 'progress' | 'server' | 'assigned';

/** That something happened to a step: what it is now the worklist says when it is asked. */
export interface WorkitemEvent {
  readonly type: WorkitemEventType;
  readonly workitem: SopInstanceUid;
}

/** Why a channel ended. `silent`: nothing came for so long that it may be dead. `flood`, `garbage`: it was left. */
export type ChannelEnd = 'closed' | 'silent' | 'flood' | 'garbage' | 'stopped';

/** Who listens, and for how long. */
export interface ChannelListener {
  readonly onEvent: (event: WorkitemEvent) => void;
  readonly signal: AbortSignal;
  /** Until it is open. */
  readonly openTimeoutMs: number;
  /** Longest silence before it is taken for dead. */
  readonly silenceMs: number;
  /** Called once it is open, with where. */
  readonly onOpen: (url: string) => void;
}
