import type { ChannelEnd, WorkitemEvent } from '../dicomweb/ups/workitem-event.ts';
import type { Hints } from './perform-steps.ts';
import type { PerformerDeps } from './performer-deps.ts';

/** Waits between attempts at a channel, doubled from the first. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [1_000, 300_000];
/** A channel that lasted so long was a good one. */
const GOOD_MS = 60_000;
/** More than can be claimed; what is told of others is of no use here. */
const MOST_CANCELS = 1_000;

export interface ListenerDeps extends Pick<PerformerDeps, 'clock' | 'onEvent'> {
  /** Subscribes, and follows the channel until it ends. Throws where there is none. */
  follow(
    onEvent: (event: WorkitemEvent) => void,
    onOpen: () => void,
    signal: AbortSignal,
  ): Promise<ChannelEnd>;
}

/**
 * Listens to the worklist until the signal aborts, and gives hints. After every opening the worklist is asked, as
 * nobody knows what was said meanwhile; where there is no channel, it is asked as often as ever.
 */
export async function listenToWorklist(deps: ListenerDeps, hints: Hints, signal: AbortSignal): Promise<void> {
  const { clock, onEvent, follow } = deps;
  const heard = ({ type, workitem }: WorkitemEvent) => {
    if (type === 'progress') return;
    hints.changed = true;
    if (type === 'cancel-requested' && hints.cancels.size < MOST_CANCELS) hints.cancels.add(workitem);
  };
  let failures = 0;
  while (!signal.aborted) {
    const beganMs = clock.elapsedMs();
    const [why, error] = await follow(
      heard,
      () => {
        hints.changed = true;
        onEvent({ kind: 'channel-open' });
      },
      signal,
    ).then(
      (end) => [end, null] as const,
      (fault: unknown) => ['refused', fault] as const,
    );
    if (signal.aborted) return;
    onEvent({ kind: 'channel-ended', why, error });
    failures = clock.elapsedMs() - beganMs > GOOD_MS ? 0 : failures + 1;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 30));
    await clock.sleep(waitMs, signal).catch(() => undefined);
  }
}
