import { analysisEvents } from './analysis-events.ts';
import { archiveEvents } from './archive-events.ts';
import { callbackEvents } from './callback-events.ts';
import { cloudeventEvents } from './cloudevent-events.ts';
import { type EventOptions, eventWriter } from './event-writer.ts';
import { httpEvents } from './http-events.ts';
import { inferenceEvents } from './inference-events.ts';
import { queueEvents } from './queue-events.ts';
import { retentionEvents } from './retention-events.ts';
import { serviceEvents } from './service-events.ts';
import { shadowEvents } from './shadow-events.ts';
import { watchEvents } from './watch-events.ts';
import { worklistEvents } from './worklist-events.ts';

/** What happened: each function writes one log line and moves its metrics. Never patient data. */
export type Events = ReturnType<typeof createEvents>;

export function createEvents(options: EventOptions) {
  const writer = eventWriter(options);
  writer.metrics.archiveAvailable.set(1);
  return {
    ...serviceEvents(writer),
    ...watchEvents(writer),
    ...worklistEvents(writer),
    ...archiveEvents(writer),
    ...inferenceEvents(writer),
    ...queueEvents(writer),
    ...analysisEvents(writer),
    ...callbackEvents(writer),
    ...retentionEvents(writer),
    ...shadowEvents(writer),
    ...httpEvents(writer),
    ...cloudeventEvents(writer),
  };
}
