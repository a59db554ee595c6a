/** `Authorization: Bearer` with a token68 (RFC 6750 2.1, RFC 9110 11.2). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
/** Far above what keys and tokens need. */
const LONGEST = 8_192;

/** The token of an Authorization header; null where it has none of this kind. */
export function bearerToken(authorization: string): string | null {
  if (authorization.length > LONGEST) return null;
  return BEARER.exec(authorization)?.[1] ?? null;
}

/** What a client that is turned down needs (RFC 6750 3). No value here comes from a client. */
export function challenge(error?: 'invalid_token' | 'insufficient_scope', scope?: string) {
  const parts = [
    'realm="spinegrade"',
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  return { 'WWW-Authenticate': `Bearer ${parts.join(', ')}` };
}
