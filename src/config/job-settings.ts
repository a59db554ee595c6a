import { HOUR, MINUTE, SECOND } from './duration.ts';
import type { SettingReader } from './setting.ts';

const MIB = 1024 ** 2;

export interface JobSettings {
  readonly concurrency: number;
  /** Of the images of all studies that are analysed at a time. */
  readonly memoryBytes: number;
  readonly retryLimit: number;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
}

/** How analyses are run and tried again. @param studyMemoryBytes what one study may take. */
export function jobSettings(settings: SettingReader, studyMemoryBytes: number): JobSettings {
  return {
    concurrency: settings.integer('JOB_CONCURRENCY', 1, 1, 64),
    memoryBytes: MIB * settings.integer('JOB_MEMORY_MIB', studyMemoryBytes / MIB, 1, 1024 ** 2),
    retryLimit: settings.integer('JOB_RETRY_LIMIT', 5, 0, 100),
    retryDelayMs: settings.integer('JOB_RETRY_DELAY_MS', 5 * SECOND, 1, HOUR),
    timeoutMs: settings.integer('JOB_TIMEOUT_MS', 15 * MINUTE, SECOND, 23 * HOUR),
  };
}
