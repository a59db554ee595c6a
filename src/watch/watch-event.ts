import type { StudyInstanceUid } from '../domain/uid.ts';

/** What happened, for logs and metrics; what was submitted the queue tells of. */
export type WatchEvent =
  | { readonly kind: 'study-noticed'; readonly study: StudyInstanceUid }
  | { readonly kind: 'study-changed'; readonly study: StudyInstanceUid }
  | { readonly kind: 'study-failed'; readonly study: StudyInstanceUid; readonly error: unknown }
  /** The study-level count is not that of the series: it says nothing about whether the study changed. */
  | { readonly kind: 'count-untrue'; readonly study: StudyInstanceUid }
  /** Looks at the study ended the process too often. */
  | { readonly kind: 'study-set-aside'; readonly study: StudyInstanceUid }
  | {
      readonly kind: 'poll-completed';
      readonly listed: number;
      readonly looked: number;
      readonly awaited: number;
      /** False when a study could neither be handled nor remembered: the next poll covers the same window. */
      readonly cursorSaved: boolean;
      readonly ms: number;
    }
  | { readonly kind: 'poll-failed'; readonly error: unknown; readonly retryInMs: number }
  /** The query for studies of no or an absurd date found as many as it may: others are not looked at. */
  | { readonly kind: 'odd-dates-cut-off'; readonly atMost: number }
  /** That query failed; the poll goes on, and the next of its turns asks again. */
  | { readonly kind: 'odd-dates-failed'; readonly error: unknown };
