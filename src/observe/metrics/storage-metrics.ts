import { inTime } from '../../process/in-time.ts';
import { sharedWhileRunning } from '../../process/shared-while-running.ts';
import type { MetricDefiner } from './metric-definer.ts';

/** What the service keeps its ledger on. */
export interface Storage {
  /** Of the disk under the data folder; null where the database is elsewhere. */
  readonly disk: (() => Promise<{ readonly freeBytes: number; readonly sizeBytes: number }>) | null;
  databaseBytes(): Promise<number>;
}

/** A scrape waits no longer for one part. */
export const ANSWER_LIMIT_MS = 3_000;

/** Asked at every scrape, once `watchStorage` has said whom. */
export function storageMetrics({ askedGauge }: MetricDefiner) {
  let storage: Storage | null = null;
  const disk = sharedWhileRunning(async () => (await storage?.disk?.()) ?? null);
  const database = sharedWhileRunning(async () =>
    storage === null ? null : await inTime(storage.databaseBytes(), ANSWER_LIMIT_MS),
  );
  askedGauge(
    {
      name: 'data_folder_free_bytes',
      help: 'What is left on the disk of the embedded database, for this user.',
    },
    async () => sampleOf((await disk())?.freeBytes),
  );
  askedGauge(
    { name: 'data_folder_size_bytes', help: 'Size of the disk of the embedded database.' },
    async () => sampleOf((await disk())?.sizeBytes),
  );
  askedGauge(
    { name: 'database_size_bytes', help: 'What the database of ledger and queue takes.' },
    async () => sampleOf(await database()),
  );
  askedGauge(
    { name: 'database_available', help: 'Whether the database answered at this scrape: 1, else 0.' },
    async () =>
      storage === null
        ? []
        : [
            {
              value: await database().then(
                () => 1,
                () => 0,
              ),
            },
          ],
  );
  return {
    watchStorage(of: Storage) {
      storage = of;
    },
  };
}

function sampleOf(value: number | null | undefined) {
  return value === null || value === undefined ? [] : [{ value }];
}
