import type { EventFormName } from '../domain/study-event.ts';
import { compiledSchema } from '../process/compiled-schema.ts';
import type { CloudEvent } from './cloud-event.ts';
import { EVENT_FORMS, type EventForm, type EventSays } from './event-forms.ts';
import schema from './event-kinds.schema.json' with { type: 'json' };
import { atPointer, JSON_POINTER } from './json-pointer.ts';

/** What is done about a study that an event tells of. */
export type EventAction = 'look' | 'analyze';

export interface EventKind {
  readonly form: EventFormName;
  readonly action: EventAction;
  takes(event: CloudEvent): boolean;
  read(event: CloudEvent): Pick<EventSays, 'study' | 'isNews'>;
}

/** Which events tell of studies; the first kind that takes an event reads it. */
export interface EventKinds {
  /** Senders that may deliver, in lower case. */
  readonly origins: readonly string[];
  readonly kinds: readonly EventKind[];
}

export const NO_EVENTS: EventKinds = { origins: [], kinds: [] };

/** Kinds, or every problem of the file, each with the place in it. */
export type ParsedEventKinds =
  | { readonly kind: 'kinds'; readonly kinds: EventKinds }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

interface KindFile {
  readonly form: EventFormName;
  readonly types?: readonly string[];
  readonly sources?: readonly string[];
  readonly study?: string;
  readonly places?: readonly string[];
  readonly action?: EventAction;
}
interface EventKindsFile {
  readonly origins?: readonly string[];
  readonly kinds: readonly KindFile[];
}

const eventKindsFile = compiledSchema<EventKindsFile>(schema, { strictTypes: false });

/** Reads kinds from the text of a JSON file that event-kinds.schema.json describes. */
export function parseEventKinds(text: string): ParsedEventKinds {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: 'problems', problems: [`not JSON (${(error as Error).message})`] };
  }
  const validate = eventKindsFile();
  if (!validate(json)) {
    const problems = (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
    );
    return { kind: 'problems', problems };
  }
  const { origins = [], kinds } = json;
  const problems = kinds.flatMap(({ study = '' }, index) =>
    JSON_POINTER.test(study)
      ? []
      : [`/kinds/${index}/study must be a JSON Pointer (RFC 6901), as in /data/study`],
  );
  if (problems.length > 0) return { kind: 'problems', problems };
  const lower = origins.map((origin) => origin.toLowerCase());
  return { kind: 'kinds', kinds: { origins: lower, kinds: kinds.map(eventKind) } };
}

function eventKind({ form, types = [], sources, study = '', places, action = 'look' }: KindFile): EventKind {
  const { types: taken, read }: EventForm = form === 'pointer' ? pointed(types, study) : EVENT_FORMS[form];
  return {
    form,
    action,
    takes: ({ type, source }) =>
      taken.includes(type) && (sources?.some((pattern) => isSource(source, pattern)) ?? true),
    read(event) {
      const says = read(event);
      const isElsewhere = places !== undefined && says.place !== null && !places.includes(says.place);
      return { study: says.study, isNews: says.isNews && !isElsewhere };
    },
  };
}

const pointed = (types: readonly string[], study: string): EventForm => ({
  types,
  read: (event) => ({ study: atPointer(event, study), place: null, isNews: true }),
});

function isSource(source: string, pattern: string): boolean {
  return pattern.endsWith('*') ? source.startsWith(pattern.slice(0, -1)) : source === pattern;
}
