import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { SeriesSummary } from './archive.ts';
import type { SubmitReason, WatchEvent } from './study-visit.ts';
import { type WatchSettings, watchStudies } from './study-watcher.ts';
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

/** A hospital in a test: an archive whose studies are counts, a store in memory, and time that only sleep moves. */
export function hospital(settings: Partial<WatchSettings> = {}) {
  const studies = new Map<StudyInstanceUid, Map<string, { modality: string; count: number }>>();
  const saved = new Map<StudyInstanceUid, WatchedStudy>();
  const world = {
    nowMs: START.getTime(),
    cursor: null as Date | null,
    saved,
    submitted: [] as { study: StudyInstanceUid; why: SubmitReason; minute: number }[],
    events: [] as WatchEvent[],
    windows: [] as unknown[],
    looks: [] as StudyInstanceUid[],
    rolesAsked: 0,
    roles: true as boolean | Error,
    unlisted: new Set<StudyInstanceUid>(),
    countsTold: true,
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
      const endMs = world.nowMs + minutes * MINUTE;
      await watchStudies(
        {
          archive: {
            async findStudies({ studyDate }) {
              world.windows.push(studyDate);
              if (world.archiveFault) throw world.archiveFault;
              return [...studies]
                .filter(([study]) => !world.unlisted.has(study))
                .map(([studyInstanceUid, series]) => ({
                  studyInstanceUid,
                  instanceCount: world.countsTold
                    ? [...series.values()].reduce((sum, { count }) => sum + count, 0)
                    : null,
                }));
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
            async sleep(ms) {
              world.nowMs += ms;
              if (world.nowMs > endMs) stop.abort();
              else atMinute(minuteOf(world.nowMs));
            },
          },
          async submit(study, why) {
            if (world.submitFault) throw world.submitFault;
            world.submitted.push({ study, why, minute: minuteOf(world.nowMs) });
          },
          async rolesPresent() {
            world.rolesAsked += 1;
            if (world.roles instanceof Error) throw world.roles;
            return world.roles;
          },
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

const minuteOf = (ms: number) => (ms - START.getTime()) / MINUTE;

/** What the watcher remembers, kept in `world`. */
export function memoryStore(world: {
  cursor: Date | null;
  readonly saved: Map<StudyInstanceUid, WatchedStudy>;
  readonly saveFault: ((study: WatchedStudy) => boolean) | null;
}): WatchStore {
  return {
    cursor: async () => world.cursor,
    async saveCursor(at) {
      world.cursor = at;
    },
    find: async (study) => world.saved.get(study) ?? null,
    async save(study) {
      if (world.saveFault?.(study)) throw new Error('store is down');
      world.saved.set(study.studyInstanceUid, study);
    },
    awaited: async () =>
      [...world.saved.values()].filter((study) => study.fingerprint !== study.submittedFingerprint),
  };
}
