import { describe, expect, test } from 'vitest';
import { LEDGER_KINDS } from '../../test/support/ledger-databases.ts';
import { ledgerForTests } from '../../test/support/ledger-for-tests.ts';
import { NotActingError, watchLease } from './watch-lease.ts';

describe.each(LEDGER_KINDS)('the place of the watcher that acts, on %s', (kind) => {
  const ledger = ledgerForTests(kind);
  const endsIn = (seconds: number) =>
    ledger.database.query(
      'UPDATE spinegrade.watch_lease SET expires_at = now() + make_interval(secs => $1::float8)',
      [seconds],
    );
  /** Two watchers, the first of which holds the place. */
  async function two() {
    const [one, other] = [watchLease(ledger.database), watchLease(ledger.database)];
    await ledger.database.query('DELETE FROM spinegrade.watch_lease');
    expect(await one.take()).toBe(true);
    return [one, other] as const;
  }

  test('is kept by its holder, and given to another once it is left', async () => {
    const [one, other] = await two();
    expect(await one.take()).toBe(true);
    // An embedded database has one owner: whoever asks is it.
    if (kind === 'postgresql') expect(await other.take()).toBe(false);
    await one.release();
    expect(await other.take()).toBe(true);
    await one.release();
    expect(await other.whileHeld(async () => 'written')).toBe('written');
  });

  test.each([
    ['ran out', -0.001],
    ['ends later than any can, as the clock was set back', 3600],
  ])('is another’s when it %s; the holder before writes nothing more', async (_, seconds) => {
    const [one, other] = await two();
    await endsIn(seconds);
    expect(await other.take()).toBe(true);
    let written = false;
    const late = one.whileHeld(async () => {
      written = true;
    });
    await expect(late).rejects.toThrow(NotActingError);
    expect(written).toBe(false);
  });

  test('a lease that ran out writes nothing, though nobody else has asked for it', async () => {
    const [one] = await two();
    await endsIn(-0.001);
    await expect(one.whileHeld(async () => undefined)).rejects.toThrow(NotActingError);
    expect(await one.take()).toBe(true);
    await one.whileHeld(async () => undefined);
  });

  test('nobody takes over in the middle of what its holder writes', async () => {
    const [one, other] = await two();
    const order: string[] = [];
    let asked: Promise<unknown> = Promise.resolve();
    await one.whileHeld(async (sql) => {
      await sql.query(`UPDATE spinegrade.heartbeat SET at = now()`);
      // By then the lease has run out by the clock of the one that asks.
      asked = endsIn(-1)
        .then(() => other.take())
        .then((taken) => order.push(`taken: ${taken}`));
      await sql.query('SELECT pg_sleep(0.2)');
      order.push('written');
    });
    await asked;
    expect(order).toEqual(['written', 'taken: true']);
  });
});
