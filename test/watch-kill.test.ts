import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { someStudy } from './support/ledger-sample.ts';

let place: LedgerPlace;
beforeAll(async () => {
  place = await startLedgerPlace('postgresql');
}, 120_000);
afterAll(() => place.remove());

/** Runs the watcher until it has printed `count` lines, or has ended; its lines. */
async function watch(studies: readonly string[], count: number): Promise<readonly string[]> {
  const program = join(import.meta.dirname, 'support/watch-child.ts');
  const child = spawn(process.execPath, [program, place.databaseUrl!, ...studies], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await ended;
  return lines;
}

test('a study whose images end the process at every look is set aside after three; its neighbours are not, and none is lost', async () => {
  const [poison, ...innocent] = [someStudy(), someStudy(), someStudy(), someStudy()];
  const studies = [poison!, ...innocent];
  // All of them in hand, three of them suspects for no fault of their own.
  expect(await watch(studies, 10)).toEqual([]);
  const afterwards = [...(await watch(studies, 10)), ...(await watch(studies, 10))];
  expect(afterwards).not.toContain(`set aside ${poison}`);
  const left = innocent.filter((study) => !afterwards.includes(`submitted ${study}`));
  const last = await watch(studies, 1 + left.length);
  expect(last[0]).toBe(`set aside ${poison}`);
  expect([...afterwards, ...last.slice(1)].sort()).toEqual(
    innocent.map((study) => `submitted ${study}`).sort(),
  );

  const database = await openDatabase({ ...place, onFault: () => undefined });
  const { rows } = await database.query<{ study: string; cut: number; aside: boolean }>(
    'SELECT study_instance_uid AS study, looks_cut_off AS cut, set_aside AS aside FROM spinegrade.watched_study',
  );
  expect(rows.filter(({ aside }) => aside)).toEqual([{ study: poison, cut: 3, aside: true }]);
  await database.close();
}, 120_000);
