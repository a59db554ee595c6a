import type { StudyInstanceUid } from '../domain/uid.ts';

/** `waiting`: to be sent, at once or after a wait. The others are final, until somebody asks for a replay. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * Why an attempt came to nothing. `gone`: the receiver answered 410 and is told nothing any more; `endpoint-off`: it did
 * so before. `host-not-allowed`, `address-forbidden`: nothing was sent.
 */
export const DELIVERY_FAULTS = [
  'status',
  'no-answer',
  'not-in-time',
  'gone',
  'endpoint-off',
  'host-not-allowed',
  'address-forbidden',
] as const;
export type DeliveryFault = (typeof DELIVERY_FAULTS)[number];

/** What is known of one message to one receiver. */
export interface Delivery {
  /** UUID; the `webhook-id` of every attempt. */
  readonly id: string;
  readonly analysisId: string;
  readonly studyInstanceUid: StudyInstanceUid;
  /** Its query may hold what only the receiver is to know. */
  readonly url: string;
  readonly type: string;
  readonly state: DeliveryState;
  /** Since it was made or replayed. */
  readonly attempts: number;
  readonly createdAt: Date;
  /** Of the next attempt; null once it is final. */
  readonly dueAt: Date | null;
  /** Null while it waits. */
  readonly finishedAt: Date | null;
  /** HTTP status of the last answer; null where there was none. */
  readonly status: number | null;
  readonly fault: DeliveryFault | null;
}

/** One attempt to be made. */
export interface Attempt {
  readonly id: string;
  readonly url: string;
  /** The bytes that are signed and sent, as text. */
  readonly body: string;
  /** 1 for the first. */
  readonly attempts: number;
}

/** What one attempt came to. */
export type AttemptResult =
  | { readonly kind: 'delivered'; readonly status: number }
  | {
      readonly kind: 'failed';
      readonly fault: DeliveryFault;
      readonly status: number | null;
      /** What the receiver asks for (RFC 9110 10.2.3); null where it asks for nothing. */
      readonly retryAfterSeconds: number | null;
    }
  /** The process stops; nothing is known. */
  | { readonly kind: 'called-off' };
