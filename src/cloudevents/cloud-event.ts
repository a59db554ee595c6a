/** A CloudEvent (CloudEvents 1.0) in the shape of its JSON format, whatever form it came in. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** Extension attributes, and `data`: of whoever sent it. */
  readonly [attribute: string]: unknown;
}

const PREFIX = 'ce-';
const CONTEXT = ['specversion', 'id', 'source', 'type'] as const;

/**
 * The event of a request in binary mode (HTTP binding 3.1): attributes in `ce-` headers, data in the body.
 * @param headers names in lower case, as Node has them.
 * @returns null of a request without them; `incomplete` where an attribute is missing that each event has, or unreadable.
 */
export function binaryEvent(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  data: unknown,
): CloudEvent | 'incomplete' | null {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX));
  if (named.length === 0) return null;
  const values = named.map(([name, value]) => [name.slice(PREFIX.length), decoded(String(value))] as const);
  const attributes: Readonly<Record<string, string | null>> = Object.fromEntries(values);
  if (Object.values(attributes).includes(null) || CONTEXT.some((name) => !attributes[name]))
    return 'incomplete';
  if (attributes['specversion'] !== '1.0') return 'incomplete';
  return { ...attributes, data } as unknown as CloudEvent;
}

/** Values are percent-encoded, and may be in quotes (HTTP binding 3.1.3.2); null of one that is not properly so. */
function decoded(value: string): string | null {
  const bare = /^"(.*)"$/.exec(value)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? value;
  try {
    return decodeURIComponent(bare);
  } catch {
    return null;
  }
}

/** Of what Eventarc makes of a message of Google Pub/Sub. */
export const PUBSUB_TYPE = 'google.cloud.pubsub.topic.v1.messagePublished';

/** What Google Pub/Sub pushes in its own envelope, as the event that Eventarc makes of it; null of anything else. */
export function pubsubEvent(body: unknown): CloudEvent | null {
  const { message, subscription } = record(body);
  const { messageId } = record(message);
  if (typeof subscription !== 'string' || typeof messageId !== 'string' || messageId === '') return null;
  const source = `//pubsub.googleapis.com/${subscription}`;
  return { specversion: '1.0', id: messageId, source, type: PUBSUB_TYPE, data: body };
}

/** The members of an object; of anything else none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
