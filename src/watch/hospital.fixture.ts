import type { SeriesSummary, StudySummary } from '../dicomweb/archive.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { SubmitReason } from '../domain/watch-occasion.ts';
import { workInHand } from '../process/work-in-hand.ts';
import type { StudyDateRange } from './poll-window.ts';
import { watchStudies } from './study-watcher.ts';
import type { WatchSettings } from './watch-deps.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchedStudy, WatchStore } from './watch-store.ts';

export const MINUTE = 60_000;
export const START = new Date('2024-03-10T12:00:00Z');
export const SETTINGS: WatchSettings = {
  pollIntervalMs: MINUTE,
  quietMs: 3 * MINUTE,
  longestWaitMs: 30 * MINUTE,
  maxBackoffMs: 8 * MINUTE,
  overlapDays: 2,
  lookBackDays: 7,
  concurrency: 2,
};
export const A = '1.1' as StudyInstanceUid;
export const B = '1.2' as StudyInstanceUid;

/** Of an archive that is never away. */
export const OPEN_GATE: ArchiveGate = {
  closed: null,
  isAway: async () => false,
  opened: async () => undefined,
};

/** A hospital in a test: an archive whose studies are counts, a store in memory, and time that only sleep moves. */
export function hospital(settings: Partial<WatchSettings> = {}) {
  const studies = new Map<StudyInstanceUid, Map<string, { modality: string; count: number }>>();
  const saved = new Map<StudyInstanceUid, WatchedStudy>();
  // A study whose date no test set was taken on a day of the window, and on no odd one.
  const dateOf = (study: StudyInstanceUid, range: StudyDateRange | null) =>
    world.dates.has(study) ? world.dates.get(study)! : ordinaryDate(range);
  const world = {
    /** By the clock on the wall, which a test may set, and by one that only goes forward. */
    nowMs: START.getTime(),
    elapsedMs: 0,
    cursor: null as Date | null,
    saved,
    submitted: [] as { study: StudyInstanceUid; why: SubmitReason; minute: number }[],
    /** How long each of them waited. */
    waitedMs: [] as (number | null)[],
    events: [] as WatchEvent[],
    windows: [] as unknown[],
    oddQueries: [] as unknown[],
    oddQueryFault: null as Error | null,
    looks: [] as StudyInstanceUid[],
    rolesAsked: 0,
    roles: true as boolean | Error,
    unlisted: new Set<StudyInstanceUid>(),
    /** StudyDate of each study; those without are of any window. */
    dates: new Map<StudyInstanceUid, string | null>(),
    countsTold: true as boolean | number,
    looksCutOff: new Map<StudyInstanceUid, number>(),
    setAside: new Set<StudyInstanceUid>(),
    lookedAtElsewhere: false,
    failedForNow: [] as StudyInstanceUid[],
    gate: OPEN_GATE,
    archiveFault: null as Error | null,
    seriesFault: new Map<StudyInstanceUid, Error>(),
    saveFault: null as ((study: WatchedStudy) => boolean) | null,
    submitFault: null as Error | null,
    put(study: StudyInstanceUid, series: string, count: number, modality = 'MR') {
      const all = studies.get(study) ?? new Map();
      studies.set(study, all.set(series, { modality, count }));
    },
    /** Runs polls until `minutes` have passed; `atMinute` may change the world before each poll but the first. */
    async run(minutes: number, atMinute: (minute: number) => void = () => undefined) {
      const stop = new AbortController();
      const endMs = world.elapsedMs + minutes * MINUTE;
      await watchStudies(
        {
          archive: {
            async findStudies({ studyDate, atMost }) {
              if (atMost === undefined) world.windows.push(studyDate);
              else world.oddQueries.push({ studyDate, atMost });
              if (world.archiveFault) throw world.archiveFault;
              if (atMost !== undefined && world.oddQueryFault) throw world.oddQueryFault;
              return [...studies]
                .filter(
                  ([study]) => !world.unlisted.has(study) && isWithin(dateOf(study, studyDate), studyDate),
                )
                .slice(0, atMost)
                .map(([study, series]): StudySummary => {
                  const count = [...series.values()].reduce((sum, { count }) => sum + count, 0);
                  const told = typeof world.countsTold === 'number' ? world.countsTold : count;
                  return {
                    studyInstanceUid: study,
                    instanceCount: world.countsTold === false ? null : told,
                    studyDate: dateOf(study, studyDate),
                  };
                });
            },
            async findSeries(study) {
              world.looks.push(study);
              const fault = world.seriesFault.get(study);
              if (fault) throw fault;
              return [...(studies.get(study) ?? [])].map(
                ([uid, { modality, count }]): SeriesSummary => ({
                  seriesInstanceUid: `${study}.${uid}` as SeriesInstanceUid,
                  modality,
                  seriesNumber: null,
                  instanceCount: count,
                }),
              );
            },
          },
          store: memoryStore(world),
          clock: {
            now: () => new Date(world.nowMs),
            elapsedMs: () => world.elapsedMs,
            async sleep(ms) {
              world.nowMs += ms;
              world.elapsedMs += ms;
              if (world.elapsedMs > endMs) stop.abort();
              else atMinute(world.elapsedMs / MINUTE);
            },
          },
          async submit(study, { why, waitedMs }) {
            if (world.submitFault) throw world.submitFault;
            world.submitted.push({ study, why, minute: world.elapsedMs / MINUTE });
            world.waitedMs.push(waitedMs);
            world.failedForNow = world.failedForNow.filter((failed) => failed !== study);
          },
          async rolesPresent() {
            world.rolesAsked += 1;
            if (world.roles instanceof Error) throw world.roles;
            return world.roles;
          },
          hand: workInHand(),
          gate: world.gate,
          onEvent: (event) => void world.events.push(event),
        },
        { ...SETTINGS, ...settings },
        stop.signal,
      );
    },
    kinds: () => world.events.map((event) => event.kind),
  };
  return world;
}

function ordinaryDate(range: StudyDateRange | null): string {
  const day = START.toISOString().slice(0, 10).replaceAll('-', '');
  if (range === null || range.from < '19900101' || range.to > '29000101') return day;
  return range.to;
}

function isWithin(date: string | null, range: StudyDateRange | null): boolean {
  return range === null || (date !== null && date >= range.from && date <= range.to);
}

/** Looks cut off after which a study is set aside. */
const CUT_OFF_LIMIT = 3;

/** What the watcher remembers, kept in `world`. */
export function memoryStore(world: {
  cursor: Date | null;
  readonly saved: Map<StudyInstanceUid, WatchedStudy>;
  readonly saveFault: ((study: WatchedStudy) => boolean) | null;
  readonly looksCutOff?: Map<StudyInstanceUid, number>;
  readonly setAside?: Set<StudyInstanceUid>;
  readonly lookedAtElsewhere?: boolean;
  readonly failedForNow?: readonly StudyInstanceUid[];
}): WatchStore {
  const { looksCutOff = new Map(), setAside = new Set() } = world;
  const asKept = (study: WatchedStudy): WatchedStudy => ({
    ...study,
    looksCutOff: looksCutOff.get(study.studyInstanceUid) ?? 0,
    setAside: setAside.has(study.studyInstanceUid),
  });
  return {
    cursor: async () => world.cursor,
    async saveCursor(at) {
      world.cursor = at;
    },
    async find(study) {
      const found = world.saved.get(study);
      return found === undefined ? null : asKept(found);
    },
    async save(study, before) {
      if (world.saveFault?.(study)) throw new Error('store is down');
      const kept = world.saved.get(study.studyInstanceUid)?.fingerprint ?? before;
      const fingerprint = kept === before ? study.fingerprint : kept!;
      world.saved.set(study.studyInstanceUid, { ...study, fingerprint });
    },
    async forget(study, before) {
      if (world.saved.get(study)?.fingerprint === before) world.saved.delete(study);
    },
    awaited: async () =>
      [...world.saved.values()]
        .map(asKept)
        .filter((study) => study.fingerprint !== study.submittedFingerprint && !study.setAside),
    beginLook: async () => !world.lookedAtElsewhere,
    async endLook(study, whole) {
      if (whole) looksCutOff.delete(study);
    },
    async countCutOffLooks() {
      const over = [...looksCutOff].filter(
        ([study, count]) => count >= CUT_OFF_LIMIT && !setAside.has(study),
      );
      for (const [study] of over) setAside.add(study);
      return over.map(([study]) => study);
    },
    failedForNow: async () => world.failedForNow ?? [],
  };
}
