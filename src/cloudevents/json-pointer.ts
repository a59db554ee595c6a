/** A JSON Pointer (RFC 6901): empty, or tokens that each begin with a slash. */
export const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** What stands there; undefined where nothing does. Only own members and elements count. */
export function atPointer(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, token) => (isWithin(at, token) ? (at as Record<string, unknown>)[token] : undefined),
      value,
    );
}

function isWithin(value: unknown, token: string): boolean {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(token) && Number(token) < value.length;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, token);
}
