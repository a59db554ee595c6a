import type { Request } from 'express';
import { binaryEvent, type CloudEvent, pubsubEvent } from '../../cloudevents/cloud-event.ts';
import { ProblemError } from '../problems/problem-error.ts';

const STRUCTURED = /^application\/cloudevents(?:-batch)?\+json\s*(?:;|$)/i;

/**
 * The CloudEvents of a request, in whichever form they are sent; those in JSON the contract has been held against.
 * @throws ProblemError `invalid-request` of what is none
 */
export function eventsOfRequest({ headers, body }: Pick<Request, 'headers' | 'body'>): readonly CloudEvent[] {
  const sent = body as CloudEvent | readonly CloudEvent[] | undefined;
  if (sent === undefined) throw new ProblemError('invalid-request', 'There is no body.');
  if (STRUCTURED.test(headers['content-type'] ?? '')) return [sent].flat() as readonly CloudEvent[];
  const event = binaryEvent(headers, body) ?? pubsubEvent(body);
  if (event === 'incomplete') {
    const words =
      'ce-specversion is not 1.0, or one of ce-id, ce-source and ce-type is missing or not readable.';
    throw new ProblemError('invalid-request', words);
  }
  if (event === null) {
    const words =
      'It is neither a CloudEvent, by its media type or ce- headers, nor a push of Google Pub/Sub.';
    throw new ProblemError('invalid-request', words);
  }
  return [event];
}
