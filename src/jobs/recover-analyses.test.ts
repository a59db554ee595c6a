import { afterEach, describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { someStudy, storedOutcome } from '../../test/support/ledger-sample.ts';
import { queueBench } from '../../test/support/queue-bench.ts';
import { openAnalysis } from './ledger/open-analysis.ts';

const SETTINGS = { concurrency: 2, retryLimit: 1, retryDelayMs: 5, timeoutMs: 60_000 };

describe.each(LEDGER_KINDS)('analyses of a clock that jumped, on %s', (kind) => {
  const bench = queueBench(kind);
  afterEach(bench.close);

  test('a retry put off by a clock that stood in the future begins now', async () => {
    await bench.open(SETTINGS);
    const { id, jobId } = await bench.database.transaction((sql) => openAnalysis(sql, someStudy(), 'api'));
    await bench.close();
    await bench.open(SETTINGS);
    await bench.database.query(`UPDATE spinegrade_jobs.job SET start_after = now() + interval '1 year'`);
    await bench.close();
    await bench.open(SETTINGS);
    await bench.queue.work(async (study) => storedOutcome(study));
    expect(await bench.ended(id)).toMatchObject({ state: 'stored' });
    expect(jobId).not.toBe(String((await bench.columns(id))['job_id']));
  });
});
