import { type EventKinds, NO_EVENTS, parseEventKinds } from '../cloudevents/event-kinds.ts';
import type { SettingReader } from './setting.ts';

/** The kinds of EVENT_KINDS_FILE; every problem of that file becomes one of the settings. */
export function eventKinds(settings: SettingReader): EventKinds {
  const text = settings.file('EVENT_KINDS_FILE');
  if (text === null) return NO_EVENTS;
  const parsed = parseEventKinds(text);
  if (parsed.kind === 'kinds') return parsed.kinds;
  settings.problems.push(...parsed.problems.map((problem) => `EVENT_KINDS_FILE: ${problem}`));
  return NO_EVENTS;
}
