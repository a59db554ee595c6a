import type { Authorization } from '../archive-request.ts';
import { channelAddresses } from './channel-address.ts';
import { type ChannelEnd, type EventChannelOptions, followEvents } from './event-channel.ts';
import { type MatchingKeys, type Worklist, WorklistError } from './worklist.ts';

/** Who subscribes where. */
export interface Subscriber {
  readonly worklist: Pick<Worklist, 'subscribe'>;
  /** Base of the worklist's service. */
  readonly url: string;
  readonly aeTitle: string;
  readonly authorization: Authorization;
}

/**
 * Subscribes to what is meant, or to everything where the worklist filters nothing, and follows the channel until it ends.
 * @param onOpen told where it was opened.
 * @throws WorklistError where none can be opened.
 */
export async function followSubscription(
  { worklist, url, aeTitle, authorization }: Subscriber,
  keys: MatchingKeys,
  channel: Omit<EventChannelOptions, 'url' | 'authorization'>,
  onOpen: (url: string) => void,
): Promise<ChannelEnd> {
  const told = await worklist.subscribe(aeTitle, keys, channel.signal).catch((error: unknown) => {
    if (!(error instanceof WorklistError) || error.status === null) throw error;
    return worklist.subscribe(aeTitle, null, channel.signal);
  });
  let refused = new WorklistError('event channel: none can be opened');
  for (const address of channelAddresses(url, aeTitle, told)) {
    try {
      const header = address.isOurs ? await authorization.header() : null;
      return await followEvents({ ...channel, url: address.url, authorization: header }, () =>
        onOpen(address.url),
      );
    } catch (error) {
      if (!(error instanceof WorklistError)) throw error;
      refused = error;
    }
  }
  throw refused;
}
