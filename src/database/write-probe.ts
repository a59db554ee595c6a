import type { Sql } from './sql.ts';

/** An outcome stands for this long: probes come from many places, and each write waits for the disk. */
const STANDS_MS = 2_000;

/** Whether the database can be written to. */
export interface WriteProbe {
  /** Resolves when a write succeeded within the last two seconds. @throws the database's fault */
  write(): Promise<void>;
}

/** @param nowMs a clock that does not jump. */
export function writeProbe(sql: Sql, nowMs: () => number = () => performance.now()): WriteProbe {
  let latest: { readonly outcome: Promise<void>; readonly atMs: number } | null = null;
  return {
    write() {
      if (latest === null || nowMs() - latest.atMs >= STANDS_MS)
        latest = { outcome: beat(sql), atMs: nowMs() };
      return latest.outcome;
    },
  };
}

async function beat(sql: Sql): Promise<void> {
  await sql.query(
    `INSERT INTO spinegrade.heartbeat (at) VALUES (now()) ON CONFLICT (single) DO UPDATE SET at = excluded.at`,
  );
}
