/**
 * Where to open the event channel. A worklist that names another host than its own is believed, but given no
 * credentials; one that is asked over TLS is not followed to a channel without.
 * @param told Content-Location of the subscription (PS3.18 11.10.3.2); null where it names none: then the address that
 *   servers have it at.
 * @returns null where there is no channel to open.
 */
export function channelAddress(
  worklistUrl: string,
  aeTitle: string,
  told: string | null,
): { readonly url: string; readonly isOurs: boolean } | null {
  const root = new URL(worklistUrl);
  const secure = root.protocol === 'https:';
  const origin = `${secure ? 'wss' : 'ws'}://${root.host}`;
  const usual = `${origin}${root.pathname.replace(/(?<!\/)\/+$/, '')}/ws/subscribers/${encodeURIComponent(aeTitle)}`;
  const url = told === null ? URL.parse(usual) : URL.parse(told, `${origin}${root.pathname}`);
  if (url === null || !/^wss?:$/.test(url.protocol) || (secure && url.protocol === 'ws:')) return null;
  if (url.username !== '' || url.password !== '') return null;
  return { url: url.href, isOurs: url.host === root.host };
}
