import { isUid, type StudyInstanceUid } from '../domain/uid.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { EventAction, EventKinds } from './event-kinds.ts';

/** What an event comes to. */
export type StudyTold =
  | { readonly kind: 'study'; readonly study: StudyInstanceUid; readonly action: EventAction }
  /** Nothing came of it that could be analysed here. */
  | { readonly kind: 'left' }
  /** No kind takes it. */
  | { readonly kind: 'event-unknown' }
  /** Where its kind has the study, there is no Study Instance UID. */
  | { readonly kind: 'event-without-study' };

/** Of which study an event tells, by the first kind that takes it. */
export function studyTold(event: CloudEvent, { kinds }: EventKinds): StudyTold {
  const kind = kinds.find((each) => each.takes(event));
  if (kind === undefined) return { kind: 'event-unknown' };
  const { study, isNews } = kind.read(event);
  if (!isNews) return { kind: 'left' };
  if (typeof study !== 'string' || !isUid(study)) return { kind: 'event-without-study' };
  return { kind: 'study', study: study as StudyInstanceUid, action: kind.action };
}
