import { createHmac, randomBytes } from 'node:crypto';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Registry } from 'prom-client';
import { CATALOGUE, type CodeOf, type ProblemCode } from '../domain/catalogue.ts';
import { inWords, type Reason } from '../domain/remark.ts';
import type { ResultKind } from '../domain/result-object.ts';
import type { Stage } from '../domain/stage.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { WatchOccasion } from '../domain/watch-occasion.ts';
import { createMetrics } from './metrics.ts';
import { seldom } from './seldom.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Of requests turned down for the same reason there is no more than one line in so long. */
const TURNED_DOWN_EVERY_MS = 60_000;

/** An analysis as the log knows it. */
export interface AnalysisReference {
  readonly id: string;
  readonly studyInstanceUid: StudyInstanceUid;
}

/** What happened: each function writes one log line and moves its metrics. Never patient data. */
export type Events = ReturnType<typeof createEvents>;

/**
 * @param destination where log lines go, standard output by default.
 * @param studyUids `pseudonym` writes an HMAC-SHA-256 of every UID, `plain` the UID itself.
 * @param pseudonymKey makes pseudonyms comparable between processes; by default they are not.
 */
export function createEvents(options: {
  readonly logLevel: LogLevel;
  readonly destination?: DestinationStream;
  readonly registry: Registry;
  readonly studyUids: 'pseudonym' | 'plain';
  readonly pseudonymKey?: string;
}) {
  const log = createLog(options.logLevel, options.destination);
  const metrics = createMetrics(options.registry);
  metrics.archiveAvailable.set(1);
  const name = uidWriter(options.studyUids, options.pseudonymKey ?? randomBytes(32));
  const study = (uid: StudyInstanceUid) => ({ study: name(uid) });
  const analysis = (of: AnalysisReference) => ({ analysis: of.id, ...study(of.studyInstanceUid) });
  const words = (text: string) => withoutUids(text, name);
  const fault = (error: unknown) => ({ fault: describeFault(error, words) });
  const turnedDown = seldom(TURNED_DOWN_EVERY_MS);

  return {
    /** Registers the gauges of the queue; `read` is asked at every scrape. */
    watchQueue: metrics.watchQueue,

    serviceStarted(facts: {
      readonly version: string;
      readonly packName: string;
      readonly packVersion: string;
      readonly packSha256: string;
      readonly executionProvider: string;
      readonly address: string;
    }) {
      const { version, packName, packSha256, executionProvider } = facts;
      metrics.info.set(
        { version, pack: packName, pack_sha256: packSha256, execution_provider: executionProvider },
        1,
      );
      log.info({ event: 'service-started', ...facts }, 'service started');
    },
    serviceStopping(signal: string) {
      log.info({ event: 'service-stopping', signal }, 'service stopping: no new work');
    },
    serviceStopped() {
      log.info({ event: 'service-stopped' }, 'service stopped');
    },
    serviceFault(error: unknown) {
      metrics.faults.inc({ part: 'service' });
      log.fatal({ event: 'service-fault', ...fault(error) }, 'service cannot go on');
    },
    executionProviderFallback(wanted: string, used: string, reason: string) {
      metrics.providerFallbacks.inc({ wanted, used });
      log.warn(
        { event: 'execution-provider-fallback', wanted, used, reason: words(reason) },
        'execution provider not available, using the next',
      );
    },

    /** `looked`: at how many studies it looked more closely; `awaited`: not yet submitted. */
    watcherPolled(facts: { readonly studies: number; readonly looked: number; readonly awaited: number }) {
      metrics.polls.inc({ outcome: 'ok' });
      metrics.lastPoll.setToCurrentTime();
      log.debug({ event: 'watcher-polled', ...facts }, 'archive polled');
    },
    watcherPollFailed(error: unknown, retryInMs: number) {
      metrics.polls.inc({ outcome: 'failed' });
      log.warn({ event: 'watcher-poll-failed', retryInMs, ...fault(error) }, 'archive could not be polled');
    },
    /** The archive was polled, but what it holds of this study could not be learnt; it is looked at again. */
    watcherStudyFailed(uid: StudyInstanceUid, error: unknown) {
      metrics.studyVisitsFailed.inc();
      log.warn(
        { event: 'watcher-study-failed', ...study(uid), ...fault(error) },
        'study could not be looked at',
      );
    },
    /** Something odd was left aside; `uid` names its study, where that is known. `where`: which series or attribute. */
    passedOver(code: CodeOf<'passed-over'>, uid: StudyInstanceUid | null, where: string, count = 1) {
      metrics.passedOver.inc({ code }, count);
      const facts = { event: 'passed-over', code, ...(uid === null ? {} : study(uid)), where: words(where) };
      log.warn({ ...facts, count }, CATALOGUE[code].meaning);
    },
    /** A way of this archive's own was found out, and is worked around for as long as the process lives. */
    archiveWayFound(way: CodeOf<'archive-way'>) {
      metrics.archiveWays.set({ code: way }, 1);
      log.warn({ event: 'archive-way-found', code: way }, `the archive’s own way: ${CATALOGUE[way].meaning}`);
    },
    studyNoticed(uid: StudyInstanceUid) {
      metrics.studiesNoticed.inc();
      log.info({ event: 'study-noticed', ...study(uid) }, 'study noticed');
    },
    /** The MR series of a study that is awaited, or was submitted, are others or hold more or fewer images. */
    studyChanged(uid: StudyInstanceUid) {
      log.debug({ event: 'study-changed', ...study(uid) }, 'study changed');
    },
    /** `occasion`: why the watcher did so, and how long the study had waited. */
    studySubmitted(
      of: AnalysisReference,
      trigger: 'api' | 'watch',
      created: boolean,
      occasion?: WatchOccasion,
    ) {
      metrics.studiesSubmitted.inc({ trigger, created: String(created) });
      const { why, waitedMs = null } = occasion ?? {};
      if (why !== undefined && waitedMs !== null) metrics.watchWaitSeconds.observe({ why }, waitedMs / 1000);
      const waited = waitedMs === null ? {} : { waitedMs: Math.round(waitedMs) };
      const facts = { trigger, created, ...(why && { why }), ...waited };
      log.info({ event: 'study-submitted', ...analysis(of), ...facts }, 'study submitted');
    },
    /** The archive is away, and why; null: it answers again, after `awayMs`. Meanwhile no study is blamed. */
    archiveAway(code: CodeOf<'fault'> | null, awayMs: number) {
      metrics.archiveAvailable.set(code === null ? 1 : 0);
      if (code !== null) {
        log.error({ event: 'archive-away', code }, `${CATALOGUE[code].meaning} Work waits for it.`);
      } else {
        log.warn({ event: 'archive-back', awayMs: Math.round(awayMs) }, 'the archive answers again');
      }
    },
    /** Work on the study ended the process again and again. `where`: in an analysis, or in a look of the watcher. */
    studySetAside(uid: StudyInstanceUid, where: 'analysis' | 'watcher') {
      metrics.studiesSetAside.inc({ where });
      const facts = { event: 'study-set-aside', code: 'poison-study', ...study(uid), where };
      log.error(facts, CATALOGUE['poison-study'].meaning);
    },
    /** Studies without a usable date could not be asked for; the poll itself went on. */
    watcherOddDatesFailed(error: unknown) {
      log.warn(
        { event: 'watcher-odd-dates-failed', ...fault(error) },
        'studies without a usable date could not be listed',
      );
    },

    analysisStarted(of: AnalysisReference, attempt: number) {
      metrics.attempts.inc();
      log.info({ event: 'analysis-started', ...analysis(of), attempt }, 'analysis started');
    },
    stageFinished(of: AnalysisReference, stage: Stage, ms: number) {
      metrics.stageSeconds.observe({ stage }, ms / 1000);
      log.debug({ event: 'stage-finished', ...analysis(of), stage, ms: Math.round(ms) }, `${stage} finished`);
    },
    analysisStored(of: AnalysisReference, ms: number) {
      metrics.analyses.inc({ outcome: 'stored' });
      metrics.analysisSeconds.observe(ms / 1000);
      log.info({ event: 'analysis-stored', ...analysis(of), ms: Math.round(ms) }, 'report stored');
    },
    /** An object is stored, with a reservation of the archive (PS3.18 table I.2-2) or under another UID; once an object. */
    objectStoredWithWarning(uid: StudyInstanceUid, kind: ResultKind, warning: string) {
      metrics.storeWarnings.inc({ kind });
      log.warn(
        { event: 'object-stored-with-warning', ...study(uid), kind, warning },
        'the archive stored an object with a warning',
      );
    },
    analysisIneligible(of: AnalysisReference, reasons: readonly Reason[]) {
      metrics.analyses.inc({ outcome: 'ineligible' });
      for (const { code } of reasons) metrics.ineligible.inc({ code });
      const facts = { codes: reasons.map(({ code }) => code), reasons: reasons.map(inWords).map(words) };
      log.info({ event: 'analysis-ineligible', ...analysis(of), ...facts }, 'study cannot be analysed');
    },
    /** A fault that will be tried again. */
    analysisRetried(of: AnalysisReference, stage: Stage | null, delayMs: number, error: unknown) {
      metrics.retries.inc({ stage: stage ?? 'none' });
      const facts = { event: 'analysis-retried', ...analysis(of), stage, delayMs: Math.round(delayMs) };
      log.warn({ ...facts, ...fault(error) }, 'analysis failed and will be tried again');
    },
    /** A fault that is final. */
    analysisFailed(of: AnalysisReference, stage: Stage | null, retryable: boolean, error: unknown) {
      metrics.analyses.inc({ outcome: 'failed' });
      metrics.failures.inc({ stage: stage ?? 'none', retryable: String(retryable) });
      log.error(
        { event: 'analysis-failed', ...analysis(of), stage, retryable, ...fault(error) },
        'analysis failed',
      );
    },
    /** The process stops, or another took the job over: the analysis goes on later. */
    analysisPutBack(of: AnalysisReference, reason: string) {
      metrics.putBacks.inc();
      log.info({ event: 'analysis-put-back', ...analysis(of), reason }, 'analysis goes back to the queue');
    },
    /** At start: analyses that an earlier process left unfinished. */
    analysesRecovered(count: number) {
      metrics.recoveries.inc(count);
      log.warn({ event: 'analyses-recovered', count }, 'unfinished analyses are back in the queue');
    },

    queueFault(error: unknown) {
      metrics.faults.inc({ part: 'queue' });
      log.error({ event: 'queue-fault', ...fault(error) }, 'fault of the queue');
    },
    queueWarning(message: string) {
      log.warn({ event: 'queue-warning', message: words(message) }, 'warning of the queue');
    },
    /** At start: files of the data folder that others could read. */
    dataFilesClosed(count: number) {
      log.warn(
        { event: 'data-files-closed', count },
        'files of the data folder were open to others; they no longer are',
      );
    },
    databaseFault(error: unknown) {
      metrics.faults.inc({ part: 'database' });
      log.error({ event: 'database-fault', ...fault(error) }, 'fault of the database');
    },
    /** `route` is the path in the contract, never the path asked for. */
    httpRequest(request: {
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly ms: number;
    }) {
      const { method, route, status, ms } = request;
      metrics.requestSeconds.observe({ method, route, status: String(status) }, ms / 1000);
      log.debug({ event: 'http-request', method, route, status, ms: Math.round(ms) }, 'request answered');
    },
    /** The service could not take a request just now (503). A flood of them is a line a minute: `count` since the last. */
    httpTurnedDown(code: ProblemCode, method: string, route: string) {
      turnedDown(`${code} ${method} ${route}`, (count) =>
        log.warn({ event: 'http-turned-down', code, method, route, count }, CATALOGUE[code].meaning),
      );
    },
    /** `instance` is in the problem document the client got. */
    httpFault(instance: string, error: unknown) {
      metrics.faults.inc({ part: 'http' });
      log.error({ event: 'http-fault', instance, ...fault(error) }, 'request failed');
    },
  };
}

function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Of words from outside no more is logged. */
const MAX_WORDS = 4000;
/** Six components or more: long enough for a UID, too long for an address or a version. */
const MIN_UID_COMPONENTS = 6;

function withoutUids(text: string, name: (uid: string) => string): string {
  // What the cut leaves of a UID is no UID, and would be told.
  const kept = text.length <= MAX_WORDS ? text : text.slice(0, MAX_WORDS).replace(/(?<![\d.])[\d.]+$/, '');
  return kept.replaceAll(/\d[\d.]*/g, (run) => {
    const uid = run.replace(/(?<!\.)\.+$/, '');
    const components = uid.split('.');
    const isUid = components.length >= MIN_UID_COMPONENTS && components.every((part) => part !== '');
    return isUid ? name(uid) + run.slice(uid.length) : run;
  });
}

function uidWriter(studyUids: 'pseudonym' | 'plain', key: string | Buffer): (uid: string) => string {
  if (studyUids === 'plain') return (uid) => uid;
  return (uid) => `~${createHmac('sha256', key).update(uid).digest('hex').slice(0, 16)}`;
}

/** Only what is safe of an error: drivers hang rows, statements and response bodies on theirs. */
function describeFault(error: unknown, words: (text: string) => string, depth = 0): object {
  // The queue reports plain objects with the message and stack of an error.
  const { name, message, code, stack, cause } = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as { name?: unknown; message?: unknown; code?: unknown; stack?: unknown; cause?: unknown };
  return {
    name: String(name ?? 'Error'),
    message: words(String(message)).slice(0, 1000),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(stack === undefined ? {} : { at: words(framesOf(String(stack))) }),
    ...(cause === undefined || depth >= 4 ? {} : { cause: describeFault(cause, words, depth + 1) }),
  };
}

/** The frames stand at the end, behind a message of any length. */
function framesOf(stack: string): string {
  const frames = stack
    .slice(-MAX_WORDS)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' < ');
}
