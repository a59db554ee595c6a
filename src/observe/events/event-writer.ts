import { randomBytes } from 'node:crypto';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Registry } from 'prom-client';
import type { TraceIds } from '../../domain/traceparent.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { describeFault } from '../describe-fault.ts';
import type { LogLevel } from '../log-level.ts';
import { createMetrics } from '../metrics.ts';
import { uidWriter, withoutUids } from '../pseudonymise.ts';

/** An analysis as the log knows it. */
export interface AnalysisReference {
  readonly id: string;
  readonly studyInstanceUid: StudyInstanceUid;
}

export interface EventOptions {
  readonly logLevel: LogLevel;
  /** Where log lines go, standard output by default. */
  readonly destination?: DestinationStream;
  readonly registry: Registry;
  /** `pseudonym` writes an HMAC-SHA-256 of every UID, `plain` the UID itself. */
  readonly studyUids: 'pseudonym' | 'plain';
  /** Makes pseudonyms comparable between processes; by default they are not. */
  readonly pseudonymKey?: string | Buffer;
  /** The span of a trace in which a line is written; undefined where it is written in none. */
  readonly traceIds?: () => TraceIds | undefined;
}

/** What events are written with; nothing passes it that names a patient. */
export interface EventWriter {
  readonly log: Logger;
  readonly metrics: ReturnType<typeof createMetrics>;
  study(uid: StudyInstanceUid): { readonly study: string };
  analysis(of: AnalysisReference): { readonly analysis: string; readonly study: string };
  /** Words from outside: cut, and without UIDs. */
  words(text: string): string;
  fault(error: unknown): { readonly fault: object };
}

export function eventWriter(options: EventOptions): EventWriter {
  const name = uidWriter(options.studyUids, options.pseudonymKey ?? randomBytes(32));
  const study = (uid: StudyInstanceUid) => ({ study: name(uid) });
  const words = (text: string) => withoutUids(text, name);
  return {
    log: createLog(options),
    metrics: createMetrics(options.registry),
    study,
    analysis: (of) => ({ analysis: of.id, ...study(of.studyInstanceUid) }),
    words,
    fault: (error) => ({ fault: describeFault(error, words) }),
  };
}

function createLog({ logLevel: level, destination, traceIds }: EventOptions): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(traceIds && { mixin: () => traceIds() ?? {} }),
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
