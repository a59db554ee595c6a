const LONGEST_WAIT_SECONDS = 60;

/**
 * For how long a client would rather wait than come back (RFC 7240 4.3), seconds, at most 60; null where it does not
 * say. Of several, the first counts (RFC 7240 2); what is malformed is no preference.
 */
export function preferredWait(prefer: string | undefined): number | null {
  for (const preference of (prefer ?? '').split(',')) {
    const [name = '', value = ''] = preference.split(';')[0]!.split('=');
    if (name.trim().toLowerCase() !== 'wait') continue;
    const seconds = /^\s*"?(\d{1,9})"?\s*$/.exec(value)?.[1];
    return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_WAIT_SECONDS);
  }
  return null;
}
