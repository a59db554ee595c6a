import { createHash } from 'node:crypto';
import type { CloudEvent } from '../../cloudevents/cloud-event.ts';
import type { EventKinds } from '../../cloudevents/event-kinds.ts';
import { studyTold } from '../../cloudevents/study-told.ts';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { parseTraceparent } from '../../domain/traceparent.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { IdempotencyKey } from '../../jobs/analysis-request.ts';
import type { AnalysisSubmitter } from '../../jobs/analysis-submitter.ts';
import type { Events } from '../../observe/events/events.ts';
import type { components } from '../contract.ts';
import { recordAnalyses, recordStudies } from '../guard/audited.ts';
import { callerName } from '../guard/guarded.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { DatabaseTurns } from '../requests/database-turns.ts';
import type { Route } from '../route.ts';
import { eventsOfRequest } from './request-events.ts';

export interface EventsParts {
  readonly eventKinds: EventKinds;
  /** Has the watcher look at the studies. */
  readonly callWatcher: (studies: readonly StudyInstanceUid[]) => Promise<void>;
  readonly queue: Pick<AnalysisSubmitter, 'submit'>;
  readonly turn: DatabaseTurns;
  readonly events: Pick<Events, 'cloudEventTaken' | 'cloudEventRefused'>;
}

type Taken = components['schemas']['EventsTaken'];

/** Hearing of studies by CloudEvents. */
export function eventsRoutes(parts: EventsParts): readonly Route[] {
  const { eventKinds, callWatcher, queue, turn, events } = parts;
  return [
    {
      operationId: 'takeEvents',
      method: 'post',
      path: '/events/cloudevents',
      permission: 'analyze',
      async handle(request, response) {
        // Whatever is wrong with one of them shows before anything is done about another.
        const told = eventsOfRequest(request).map((event) => ({ event, told: toldBy(event, parts) }));
        const named = told.flatMap(({ event, told }) => (told.kind === 'study' ? [{ event, ...told }] : []));
        recordStudies(response, [...new Set(named.map(({ study }) => study))]);
        const traceparent = parseTraceparent(request.get('traceparent'));
        const analyses = new Map<StudyInstanceUid, string>();
        for (const { event, study } of named.filter(({ action }) => action === 'analyze')) {
          const key = eventKey(event, study, callerName(response));
          const { id } = await turn(request, () => queue.submit(study, 'api', { traceparent, key }));
          analyses.set(study, id);
        }
        recordAnalyses(response, [...new Set(analyses.values())]);
        const looks = [...new Set(named.map(({ study }) => study))].filter((study) => !analyses.has(study));
        if (looks.length > 0) await turn(request, () => callWatcher(looks));
        for (const { told: one } of told)
          events.cloudEventTaken(one.form, one.kind === 'left' ? 'left' : one.action);
        const taken: Taken = {
          studies: [
            ...[...analyses].map(([study, id]) => ({
              studyInstanceUid: study,
              action: 'analyze' as const,
              analysisId: id,
            })),
            ...looks.map((study) => ({ studyInstanceUid: study, action: 'look' as const, analysisId: null })),
          ],
          left: told.length - named.length,
        };
        response.status(202).json(taken);
      },
    },
    {
      operationId: 'allowSender',
      method: 'options',
      path: '/events/cloudevents',
      permission: 'none',
      handle(request, response) {
        const origin = request.get('WebHook-Request-Origin') ?? '';
        if (!eventKinds.origins.includes(origin.toLowerCase())) {
          throw new ProblemError('sender-not-allowed', CATALOGUE['sender-not-allowed'].meaning);
        }
        response.set({ Allow: 'POST', 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '*' });
        response.json({ allowedOrigin: origin });
      },
    },
  ];
}

/** @throws ProblemError `event-unknown`, `event-without-study` */
function toldBy(event: CloudEvent, { eventKinds, events }: EventsParts) {
  const told = studyTold(event, eventKinds);
  if (told.kind === 'study' || told.kind === 'left') return told;
  events.cloudEventRefused(told.form, told.kind);
  throw new ProblemError(told.kind, CATALOGUE[told.kind].meaning);
}

/** An event is one by its source and id (CloudEvents 3.1.1); callers that send the same do not meet. */
function eventKey({ source, id }: CloudEvent, study: StudyInstanceUid, caller: string): IdempotencyKey {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  return { key: `event ${caller} ${hash(JSON.stringify([source, id]))}`, fingerprint: hash(study) };
}
