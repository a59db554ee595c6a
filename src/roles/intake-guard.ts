import { Fault } from '../domain/fault.ts';
import { diskSpace } from '../process/disk-space.ts';
import type { Core } from './open-core.ts';

/** What is left of the disk is for work that was taken in: nothing more is, until there is room again. */
export class DiskLowError extends Fault<'disk-low'> {
  override readonly name = 'DiskLowError';
  constructor(leftPercent: number, leastPercent: number) {
    const left = `${leftPercent.toFixed(1)} % of the disk of the database are left`;
    super('disk-low', `${left}; below ${leastPercent} % nothing is taken in`);
  }
}

/**
 * Lets work in while the disk of an embedded database has room; of a PostgreSQL elsewhere its own faults tell. Asked
 * anew every time, so that it resumes by itself.
 * @param space asked for the disk under the data folder.
 * @returns resolves, or throws DiskLowError.
 */
export function intakeGuard(
  { config, database }: Pick<Core, 'config' | 'database'>,
  space: typeof diskSpace = diskSpace,
): () => Promise<void> {
  const leastPercent = config.diskMinFreePercent;
  return async () => {
    if (database.kind !== 'embedded' || leastPercent === 0) return;
    const { freeBytes, sizeBytes } = await space(config.dataDir);
    const leftPercent = (100 * freeBytes) / Math.max(1, sizeBytes);
    if (leftPercent < leastPercent) throw new DiskLowError(leftPercent, leastPercent);
  };
}
