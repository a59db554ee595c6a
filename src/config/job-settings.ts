import { HOUR, MINUTE, SECOND } from './duration.ts';
import type { SettingReader } from './setting.ts';

export interface JobSettings {
  readonly concurrency: number;
  readonly retryLimit: number;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
}

/** How analyses are run and tried again. */
export function jobSettings(settings: SettingReader): JobSettings {
  return {
    concurrency: settings.integer('JOB_CONCURRENCY', 1, 1, 64),
    retryLimit: settings.integer('JOB_RETRY_LIMIT', 5, 0, 100),
    retryDelayMs: settings.integer('JOB_RETRY_DELAY_MS', 5 * SECOND, 1, HOUR),
    timeoutMs: settings.integer('JOB_TIMEOUT_MS', 15 * MINUTE, SECOND, 23 * HOUR),
  };
}
