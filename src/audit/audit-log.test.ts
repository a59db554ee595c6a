import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { NOTHING_BEFORE } from './audit-chain.ts';
import { AUDIT_CODES } from './audit-entry.ts';
import { type AuditEvent, AuditLogError, auditToFile } from './audit-log.ts';
import { verifyAuditLog } from './verify-audit-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let file: string;
let nth = 0;
beforeEach(() => {
  nth += 1;
  file = join(folder, `audit-${nth}.log`);
});

const event = (who: string): AuditEvent => ({
  EventIdentification: {
    EventID: AUDIT_CODES.query,
    EventActionCode: 'E',
    EventDateTime: new Date(0).toISOString(),
    EventOutcomeIndicator: 0,
  },
  ActiveParticipant: [{ UserID: who, UserIsRequestor: true }],
  ParticipantObjectIdentification: [],
});
function record(...who: string[]): void {
  const log = auditToFile(file);
  for (const each of who) log.record(event(each));
  log.close();
}
const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n');
async function verify(of = lines(), expectation = {}) {
  async function* each() {
    yield* of;
  }
  return verifyAuditLog(each(), expectation);
}

test('a chain goes on over starts of the process, for its user alone', async () => {
  record('a', 'b');
  record('c');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(lines()[0]!)).toMatchObject({ sequence: 1, previous: NOTHING_BEFORE });
  expect(await verify()).toMatchObject({ entries: 3, firstSequence: 1, otherLines: 0, faults: [] });
});

describe('what was done to a file is found', () => {
  const BROKEN: readonly (readonly [string, (all: string[]) => string[], readonly number[]])[] = [
    ['a line changed', (all) => all.with(2, all[2]!.replace('"c"', '"x"')), [4]],
    ['one character of it', (all) => all.with(1, all[1]!.replace('00Z', '01Z')), [3]],
    ['a line taken out', (all) => all.toSpliced(2, 1), [3]],
    [
      'the first line taken out, and the second made the first',
      (all) => [all[1]!.replace('"sequence":2', '"sequence":1'), ...all.slice(2)],
      [1, 2],
    ],
    ['two lines exchanged', (all) => [all[0]!, all[2]!, all[1]!, ...all.slice(3)], [2, 3, 4]],
    ['a line twice', (all) => [...all.slice(0, 3), all[2]!, ...all.slice(3)], [4]],
    ['a line made unreadable', (all) => all.with(2, 'x'), [4]],
    ['a line put in', (all) => all.toSpliced(2, 0, all[1]!.replace('"b"', '"x"')), [3, 4]],
    ['another beginning', (all) => [...all.slice(0, 2), all[0]!, ...all.slice(3)], [3, 4]],
  ];
  test.each(BROKEN)('%s', async (_, tamper, at) => {
    record('a', 'b', 'c', 'd', 'e');
    const { faults } = await verify(tamper(lines()));
    expect(faults.map(({ line }) => line)).toEqual(at);
  });

  test('its end cut off, or the whole written anew, by a hash that was kept', async () => {
    record('a', 'b', 'c');
    const { end } = await verify();
    record('d');
    const expected = { expected: end!.hash };
    expect((await verify(lines(), expected)).faults).toEqual([]);
    expect((await verify(lines().slice(0, 2), expected)).faults).toHaveLength(1);
    const [before] = [lines()];
    rmSync(file);
    record('x', 'b', 'c', 'd');
    expect((await verify()).faults).toEqual([]);
    expect((await verify(lines(), expected)).faults).toHaveLength(1);
    expect(before).toHaveLength(4);
  });

  test('a file that is not the next of another', async () => {
    record('a', 'b', 'c', 'd');
    const all = lines();
    const { end } = await verify(all.slice(0, 2));
    expect(await verify(all.slice(2), { after: end!.hash })).toMatchObject({ firstSequence: 3, faults: [] });
    expect((await verify(all.slice(3), { after: end!.hash })).faults).toHaveLength(1);
  });
});

test('on standard output chains begin anew, beside lines of the log', async () => {
  record('a', 'b');
  const one = lines();
  rmSync(file);
  record('c');
  const both = ['{"level":30,"event":"service-started"}', ...one, '', ...lines()];
  expect(await verify(both, { restarts: true })).toMatchObject({ entries: 3, otherLines: 2, faults: [] });
  expect((await verify(both)).faults).toHaveLength(1);
});

test('a line that was broken off stays, and the chain goes on behind it', async () => {
  record('a', 'b');
  appendFileSync(file, '{"sequence":3,"previous":"0');
  record('c');
  expect(await verify()).toMatchObject({ entries: 3, otherLines: 1, faults: [] });
  truncateSync(file, 0);
  writeFileSync(file, '\n');
  record('a');
  expect(await verify()).toMatchObject({ entries: 1, faults: [] });
});

test('one process writes a file, and one that cannot be written is refused', () => {
  const log = auditToFile(file);
  expect(() => auditToFile(file)).toThrow(AuditLogError);
  log.close();
  auditToFile(file).close();
  expect(() => auditToFile(join(folder, 'nowhere', 'audit.log'))).toThrow(AuditLogError);
});
