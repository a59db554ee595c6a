/** Where an event channel may be. */
export interface ChannelAddress {
  readonly url: string;
  /** Of the worklist's own host: it gets its credentials. */
  readonly isOurs: boolean;
}

/**
 * Where to open the event channel. A worklist that names another host than its own is believed, but given no
 * credentials; one that is asked over TLS is not followed to a channel without.
 * @param told Content-Location of the subscription (PS3.18 11.10.3.2); null where it names none: then the addresses that
 *   servers have it at, below the base of the service and at the root of its host.
 * @returns to be tried in turn; none where there is no channel to open.
 */
export function channelAddresses(
  worklistUrl: string,
  aeTitle: string,
  told: string | null,
): readonly ChannelAddress[] {
  const root = new URL(worklistUrl);
  const secure = root.protocol === 'https:';
  const origin = `${secure ? 'wss' : 'ws'}://${root.host}`;
  const usual = (base: string) => `${origin}${base}/ws/subscribers/${encodeURIComponent(aeTitle)}`;
  if (told === null) {
    const urls = [usual(root.pathname.replace(/(?<!\/)\/+$/, '')), usual('')];
    return [...new Set(urls)].map((url) => ({ url, isOurs: true }));
  }
  const url = URL.parse(told, `${origin}${root.pathname}`);
  if (url === null || !/^wss?:$/.test(url.protocol) || (secure && url.protocol === 'ws:')) return [];
  if (url.username !== '' || url.password !== '') return [];
  return [{ url: url.href, isOurs: url.host === root.host }];
}
