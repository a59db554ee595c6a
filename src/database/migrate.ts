import { Fault } from '../domain/fault.ts';
import { MIGRATION_STEPS } from './migration-steps.ts';
import type { Database } from './sql.ts';

/** Any number of its own, the same in every process: guards the schema while several replicas start at once. */
const MIGRATION_LOCK = 5_177_402;

/** The tables are those of a newer version of the program, and not such that this one can work beside them. */
export class DatabaseNewerError extends Fault<'database-newer'> {
  override readonly name = 'DatabaseNewerError';
  constructor(version: number) {
    const known = `this program knows versions up to ${MIGRATION_STEPS.length}`;
    super(
      'database-newer',
      `the database's tables are of version ${version}, made by a newer spinegrade; ${known}`,
    );
  }
}

/**
 * Brings the ledger's tables to this program's version, each step in a transaction of its own. Newer ones are left as
 * they are where they say that this program can work beside them.
 * @param target an earlier version to stop at: for tests of the steps.
 * @throws DatabaseNewerError
 */
export async function migrate(database: Database, target: number = MIGRATION_STEPS.length): Promise<void> {
  for (let behind = true; behind; ) {
    behind = await database.transaction(async (sql) => {
      await sql.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await sql.query(`
        CREATE SCHEMA IF NOT EXISTS spinegrade;
        CREATE TABLE IF NOT EXISTS spinegrade.schema_version (
          single boolean PRIMARY KEY DEFAULT true CHECK (single), version integer NOT NULL);
        INSERT INTO spinegrade.schema_version (version) VALUES (0) ON CONFLICT DO NOTHING`);
      const { rows } = await sql.query<{ version: number; compatible_from?: number }>(
        'SELECT * FROM spinegrade.schema_version',
      );
      const { version, compatible_from: compatibleFrom = version } = rows[0]!;
      if (version > MIGRATION_STEPS.length) {
        if (compatibleFrom > MIGRATION_STEPS.length) throw new DatabaseNewerError(version);
        return false;
      }
      const step = version < target ? MIGRATION_STEPS[version] : undefined;
      if (step === undefined) return false;
      await sql.query(step);
      await sql.query('UPDATE spinegrade.schema_version SET version = $1', [version + 1]);
      return true;
    });
  }
}
