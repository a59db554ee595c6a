import { CATALOGUE } from '../../domain/catalogue.ts';
import type { EventFormName, EventOutcome, EventRefusal } from '../../domain/study-event.ts';
import { seldom } from '../seldom.ts';
import type { EventWriter } from './event-writer.ts';

/** Of events refused for the same reason there is no more than one line in so long. */
const REFUSED_EVERY_MS = 60_000;

/** CloudEvents, which others send: nothing of one is written. */
export function cloudeventEvents({ log, metrics }: EventWriter) {
  const refused = seldom(REFUSED_EVERY_MS);
  return {
    cloudEventTaken(form: EventFormName, outcome: Exclude<EventOutcome, EventRefusal>) {
      metrics.cloudEvents.inc({ form, outcome });
      log.debug({ event: 'cloudevent-taken', form, outcome }, 'an event is taken');
    },
    /** `form`: none where no kind takes it. A flood of them is a line a minute: `count` since the last. */
    cloudEventRefused(form: EventFormName | 'none', code: EventRefusal) {
      metrics.cloudEvents.inc({ form, outcome: code });
      refused(`${form} ${code}`, (count) =>
        log.warn({ event: 'cloudevent-refused', form, code, count }, CATALOGUE[code].meaning),
      );
    },
  };
}
