/** Where an event channel may be. */
export interface ChannelAddress {
  readonly url: string;
  /** Of the worklist's own host: it gets its credentials. */
  readonly isOurs: boolean;
}

/**
 * Where to open the event channel: where the worklist says (Content-Location, PS3.18 11.10.3.2), and, as servers behind a
 * port or a proxy may be wrong about that or say nothing, where servers have it: below the base of the service and at the
 * root of its host. Another host than its own is believed, but given no credentials; a worklist that is asked over TLS is
 * not followed to a channel without.
 * @returns to be tried in turn
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
  const toldUrl = told === null ? null : URL.parse(told, `${origin}${root.pathname}`);
  const isFit =
    toldUrl !== null &&
    (toldUrl.protocol === 'wss:' || (toldUrl.protocol === 'ws:' && !secure)) &&
    `${toldUrl.username}${toldUrl.password}` === '';
  const urls = [...(isFit ? [toldUrl.href] : []), usual(root.pathname.replace(/(?<!\/)\/+$/, '')), usual('')];
  return [...new Set(urls)].map((url) => ({ url, isOurs: new URL(url).host === root.host }));
}
