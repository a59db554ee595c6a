import type { Database } from '../../src/database/sql.ts';
import { type WatchLease, watchLease } from '../../src/watch/watch-lease.ts';

/** The lease, taken from whoever holds it, for as long as no other asks for it. */
export async function heldLease(database: Database): Promise<WatchLease> {
  const lease = watchLease(database);
  await database.query('DELETE FROM spinegrade.watch_lease');
  await lease.take();
  await database.query(`UPDATE spinegrade.watch_lease SET expires_at = now() + interval '1 hour'`);
  return lease;
}
