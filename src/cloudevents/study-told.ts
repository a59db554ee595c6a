import type { EventFormName } from '../domain/study-event.ts';
import { isUid, type StudyInstanceUid } from '../domain/uid.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { EventAction, EventKinds } from './event-kinds.ts';

/** What an event comes to, and the form that it has. */
export type StudyTold =
  | {
      readonly kind: 'study';
      readonly form: EventFormName;
      readonly study: StudyInstanceUid;
      readonly action: EventAction;
    }
  /** Nothing came of it that could be analysed here. */
  | { readonly kind: 'left'; readonly form: EventFormName }
  /** No kind takes it. */
  | { readonly kind: 'event-unknown'; readonly form: 'none' }
  /** Where its kind has the study, there is no Study Instance UID. */
  | { readonly kind: 'event-without-study'; readonly form: EventFormName };

/** Of which study an event tells, by the first kind that takes it. */
export function studyTold(event: CloudEvent, { kinds }: EventKinds): StudyTold {
  const kind = kinds.find((each) => each.takes(event));
  if (kind === undefined) return { kind: 'event-unknown', form: 'none' };
  const { form, action } = kind;
  const { study, isNews } = kind.read(event);
  if (!isNews) return { kind: 'left', form };
  if (typeof study !== 'string' || !isUid(study)) return { kind: 'event-without-study', form };
  return { kind: 'study', form, study: study as StudyInstanceUid, action };
}
