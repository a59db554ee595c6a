import { HOUR, MINUTE, SECOND } from './duration.ts';
import type { SettingReader } from './setting.ts';

export interface WatchSettings {
  readonly enabled: boolean;
  readonly pollMs: number;
  /** A study is complete when its counts stood still for this long … */
  readonly quietMs: number;
  /** … and is taken as it is after this long. */
  readonly longestWaitMs: number;
  /** Days before the last poll that every poll looks at again. */
  readonly overlapDays: number;
  /** Days the first poll looks back; null for all studies. */
  readonly lookBackDays: number | null;
}

/** How studies are noticed, and when they are complete. */
export function watchSettings(settings: SettingReader): WatchSettings {
  const looksBackAtAll = settings.text('WATCH_LOOK_BACK_DAYS', null) === 'all';
  return {
    enabled: settings.flag('WATCH', true),
    pollMs: settings.integer('WATCH_POLL_MS', 10 * SECOND, 100, 24 * HOUR),
    quietMs: settings.integer('WATCH_QUIET_MS', MINUTE, 0, 24 * HOUR),
    longestWaitMs: settings.integer('WATCH_LONGEST_WAIT_MS', 30 * MINUTE, 0, 7 * 24 * HOUR),
    overlapDays: settings.integer('WATCH_OVERLAP_DAYS', 1, 0, 365),
    lookBackDays: looksBackAtAll ? null : settings.integer('WATCH_LOOK_BACK_DAYS', 7, 0, 36_500),
  };
}
