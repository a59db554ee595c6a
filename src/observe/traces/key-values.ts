/** A token of HTTP (RFC 9110 5.6.2), as keys of baggage are. */
const KEY = /^[!#$%&'*+\-.^_`|~\w]+$/;

/**
 * `key1=value1,key2=value2`, values percent-encoded, as OpenTelemetry writes lists in its settings (W3C Baggage 3.2.1,
 * without properties). Null when it is not such a list.
 */
export function keyValues(text: string): Readonly<Record<string, string>> | null {
  const pairs: [string, string][] = [];
  for (const part of text.split(',')) {
    const [name, ...encoded] = part.split('=');
    const key = name!.trim();
    const value = encoded.length === 0 ? null : decoded(encoded.join('=').trim());
    if (!KEY.test(key) || value === null) return null;
    pairs.push([key, value]);
  }
  return Object.fromEntries(pairs);
}

function decoded(text: string): string | null {
  try {
    const value = decodeURIComponent(text);
    return /\p{Cc}/u.test(value) ? null : value;
  } catch {
    return null;
  }
}
