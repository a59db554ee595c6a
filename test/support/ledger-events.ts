import { Registry } from 'prom-client';
import { createEvents, type Events } from '../../src/observe/events/events.ts';

/** Real events, with their log lines kept for the test. */
export function recordingEvents(): {
  readonly events: Events;
  readonly registry: Registry;
  readonly lines: Record<string, unknown>[];
} {
  const lines: Record<string, unknown>[] = [];
  const registry = new Registry();
  const destination = {
    write(line: string) {
      lines.push(JSON.parse(line));
    },
  };
  const events = createEvents({ logLevel: 'trace', destination, registry, studyUids: 'plain' });
  return { events, registry, lines };
}
