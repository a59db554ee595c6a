/** What a web server gave is not the pack, or was not to be had. */
export class PackSourceError extends Error {
  constructor(url: URL, words: string, cause?: unknown) {
    super(`${nameOf(url)} ${words}`, { cause });
  }
}

/** An address as it may stand in a log: a query can hold a signature that grants access. */
export function nameOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * The bytes that the server answers with. Its silence is bounded by the client's own limits: five minutes before the
 * answer and five within it.
 * @throws PackSourceError when there is no answer, none of status 200, or one that is cut off.
 */
export async function* answered(url: URL, token: string | null): AsyncGenerator<Uint8Array, void> {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(url, { headers }).catch((cause: unknown) => {
    throw new PackSourceError(url, `cannot be had (${codeOf(cause)})`, cause);
  });
  if (answer.status !== 200 || answer.body === null) {
    await answer.body?.cancel();
    throw new PackSourceError(url, `was answered with HTTP ${answer.status}`);
  }
  try {
    yield* answer.body;
  } catch (cause) {
    throw new PackSourceError(url, `was cut off (${codeOf(cause)})`, cause);
  }
}

/** The code that the system or the client gave a fault, such as ECONNREFUSED. */
function codeOf(fault: unknown): string {
  const { cause } = fault as { readonly cause?: unknown };
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : (fault as Error).message;
}
