import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../database/open-database.ts';
import type { Database } from '../../database/sql.ts';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { openAnalysis } from '../../jobs/ledger/open-analysis.ts';
import { measureInTurn } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';

/** The embedded database in a temporary folder. */
export async function withDatabase<Result>(
  work: (database: Database, folder: string) => Promise<Result>,
): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'spinegrade-bench-'));
  try {
    const database = await openDatabase({ dataDir, databaseUrl: null, onFault: () => undefined });
    try {
      return await work(database, dataDir);
    } finally {
      await database.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A transaction of the ledger, beside the disk. */
export async function benchLedger(database: Database, folder: string, runs: number): Promise<BenchRow[]> {
  const file = await open(join(folder, 'floor'), 'a');
  const page = Buffer.alloc(8192);
  const [floor, transaction, read] = await measureInTurn(10 * runs, [
    async () => {
      await file.write(page);
      await file.sync();
    },
    () => database.transaction((sql) => openAnalysis(sql, someStudy(), 'api')),
    () => database.query('SELECT version FROM spinegrade.schema_version'),
  ]);
  await file.close();
  return [
    {
      what: 'open an analysis, committed to the disk',
      timing: transaction!,
      floor: { what: 'write and fsync 8 KiB', ms: floor!.medianMs },
    },
    {
      what: 'the same, 99th percentile',
      timing: transaction!,
      ms: transaction!.p99Ms,
      floor: { what: 'write and fsync 8 KiB', ms: floor!.p99Ms },
    },
    { what: 'read a row', timing: read! },
  ];
}

const someStudy = () => deterministicUid<StudyInstanceUid>('bench', randomUUID());
