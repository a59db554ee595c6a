import type { ChannelEnd, ChannelListener } from './workitem-event.ts';
import { type MatchingKeys, type Worklist, WorklistError } from './worklist.ts';

/**
 * Subscribes to what is meant, or to everything where the worklist filters nothing, and follows the channel until it ends.
 * @throws WorklistError where none can be opened.
 */
export async function followSubscription(
  worklist: Pick<Worklist, 'subscribe' | 'follow'>,
  aeTitle: string,
  keys: MatchingKeys,
  listener: ChannelListener,
): Promise<ChannelEnd> {
  const told = await worklist.subscribe(aeTitle, keys, listener.signal).catch((error: unknown) => {
    if (!(error instanceof WorklistError) || error.status === null) throw error;
    return worklist.subscribe(aeTitle, null, listener.signal);
  });
  return worklist.follow(aeTitle, told, listener);
}
