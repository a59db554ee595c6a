import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { openArchive } from '../src/dicomweb/open-archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { watcherHealth } from '../src/observe/watcher-health.ts';
import { readinessChecks } from '../src/roles/readiness-checks.ts';
import { archiveAt, jsonAnswer } from './support/scripted-archive.ts';
import { httpAnswer, scriptedServer } from './support/scripted-server.ts';

const STUDY = '1.2.3' as StudyInstanceUid;
const SERIES = '1.2.3.4' as SeriesInstanceUid;
const INSTANCE = '1.2.3.4.5' as SopInstanceUid;
const DICOM = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' };
const ONE = httpAnswer(200, '--b\r\nContent-Type: application/dicom\r\n\r\none\r\n--b--', DICOM);

describe('what passes', () => {
  const PASSING = [202, 408, 409, 423, 424, 425, 429, 500, 502, 503, 504];
  test.each(PASSING)(
    '%i is not seen by a query, metadata, an instance, a store or a ping',
    async (status) => {
      const { archive } = await archiveAt(({ index, target, method }, socket) => {
        const passing = index % 2 === 0 ? status : 200;
        const storing = method === 'POST' && (status === 202 || status === 409);
        if (passing !== 200 && !storing) return void socket.write(httpAnswer(passing));
        socket.write(target.includes('/instances/') ? ONE : jsonAnswer([]));
      });
      await expect(archive.findSeries(STUDY)).resolves.toEqual([]);
      await expect(archive.seriesMetadata(STUDY, SERIES)).resolves.toEqual([]);
      await expect(archive.ping()).resolves.toBeUndefined();
      const objects = [{ sopInstanceUid: INSTANCE, bytes: Buffer.from('a') }];
      await expect(archive.store(STUDY, objects)).resolves.toMatchObject([{ stored: false }]);
      await archive.retrieveInstance(STUDY, SERIES, INSTANCE, undefined, { listed: true });
    },
  );

  test('a listed instance that is not found is asked for again; one that is not listed is not', async () => {
    const { archive, requests } = await archiveAt(({ index }, socket) =>
      socket.write(index === 0 || index === 2 ? httpAnswer(404) : ONE),
    );
    expect(await archive.retrieveInstance(STUDY, SERIES, INSTANCE)).toBeNull();
    expect(requests).toHaveLength(1);
    await archive.retrieveInstance(STUDY, SERIES, INSTANCE);
    const found = await archive.retrieveInstance(STUDY, SERIES, INSTANCE, undefined, { listed: true });
    expect(String(Buffer.from(found!))).toBe('one');
    expect(requests).toHaveLength(4);
  });

  test.each([
    ['seconds', () => '1', 1000],
    ['a date', () => new Date(Date.now() + 2_000).toUTCString(), 900],
    ['nonsense', () => 'soon', 0],
    ['longer than the bound', () => '86400', 0],
  ])('Retry-After in %s is heeded, within a bound', async (what, value, leastMs) => {
    const { archive } = await archiveAt(
      ({ index }, socket) =>
        socket.write(index === 0 ? httpAnswer(503, '', { 'Retry-After': value() }) : jsonAnswer([])),
      { retry: { maxRetryAfterMs: what === 'longer than the bound' ? 50 : 5_000 } },
    );
    const began = performance.now();
    await archive.seriesMetadata(STUDY, SERIES);
    const waited = performance.now() - began;
    // Timers may fire a millisecond early.
    expect(waited).toBeGreaterThanOrEqual(Math.max(0, leastMs - 5));
    if (leastMs === 0) expect(waited).toBeLessThan(900);
  });

  test('a fault says whether the archive is away, refuses the credentials, or is at fault', async () => {
    const statuses = [502, 503, 504, 401, 403, 500, 424, 400];
    const { archive, server } = await archiveAt(
      ({ index }, socket) => socket.write(httpAnswer(statuses[index]!)),
      { retry: { attempts: 1 } },
    );
    const codes: string[] = [];
    const ask = () => archive.seriesMetadata(STUDY, SERIES).catch((fault) => codes.push(fault.code));
    for (const _ of statuses) await ask();
    await server.close();
    await ask();
    const [away, refused, fault] = ['archive-unreachable', 'archive-refuses-credentials', 'archive-fault'];
    expect(codes).toEqual([away, away, away, refused, refused, fault, fault, fault, away]);
  });
});

describe('time limits', () => {
  test('an answer that is slow but flows is no fault; silence is, and so is more than the bound on the whole', async () => {
    const drip = async (socket: { write(text: string): unknown; destroyed: boolean }) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n[');
      for (let i = 0; i < 20 && !socket.destroyed; i += 1) {
        await sleep(25);
        socket.write(' ');
      }
      socket.write(']');
    };
    const settings = { headersTimeoutMs: 200, bodyTimeoutMs: 200, retry: { attempts: 1 } };
    const patient = await archiveAt((_, socket) => void drip(socket), settings);
    await expect(patient.archive.seriesMetadata(STUDY, SERIES)).resolves.toEqual([]);
    const bounded = await archiveAt((_, socket) => void drip(socket), { ...settings, totalTimeoutMs: 150 });
    await expect(bounded.archive.seriesMetadata(STUDY, SERIES)).rejects.toMatchObject({
      message: 'series metadata: no complete answer in time',
      retryable: true,
    });
  });

  test('the bound on the whole holds for a transfer of images too', async () => {
    const { archive } = await archiveAt((_, socket) => void socket.write(ONE.subarray(0, -6)), {
      totalTimeoutMs: 60,
    });
    const all = async () => {
      for await (const _ of archive.retrieveSeries(STUDY, SERIES));
    };
    await expect(all()).rejects.toMatchObject({
      message: 'retrieve series: no complete answer in time',
      retryable: true,
    });
  });
});

describe('credentials from a file', () => {
  /** An archive that takes one token alone, and the service's view of it with a token from a file. */
  async function guarded(firstToken: string) {
    const guard = { token: firstToken, asked: [] as string[] };
    const folder = mkdtempSync(join(tmpdir(), 'archive-credentials-test-'));
    const file = join(folder, 'token');
    writeFileSync(file, `${firstToken}\n`);
    const server = await scriptedServer(({ headers }, socket) => {
      guard.asked.push(headers['authorization']!);
      socket.write(headers['authorization'] === `Bearer ${guard.token}` ? jsonAnswer([]) : httpAnswer(401));
    });
    const archive = openArchive(readConfig({ PACS_URL: server.url, PACS_TOKEN_FILE: file }));
    onTestFinished(async () => {
      await archive.close();
      await server.close();
      rmSync(folder, { recursive: true });
    });
    return { guard, file, archive };
  }

  test('renewed while the service runs: taken with the next request', async () => {
    const { guard, file, archive } = await guarded('token-1');
    await archive.findSeries(STUDY);
    guard.token = 'token-2';
    writeFileSync(file, 'token-2\n');
    await archive.findSeries(STUDY);
    expect(new Set(guard.asked)).toEqual(new Set(['Bearer token-1', 'Bearer token-2']));
  });

  test('revoked before it is renewed: the same fault until then, the readiness check says which', async () => {
    const { guard, file, archive } = await guarded('token-1');
    const pack = { manifest: { name: 'pack' }, sha256: 'f'.repeat(64), executionProvider: 'cpu' };
    const parts = {
      database: { write: async () => undefined },
      archive,
      pack,
      watcher: watcherHealth(true),
    };
    guard.token = 'token-2';
    await expect(archive.findSeries(STUDY)).rejects.toMatchObject({
      code: 'archive-refuses-credentials',
      retryable: true,
      message: 'find series: HTTP 401',
    });
    expect(guard.asked).toEqual(['Bearer token-1']);
    expect((await readinessChecks(parts)).archive).toEqual({
      ok: false,
      detail: 'the archive refuses the credentials (HTTP 401)',
    });
    writeFileSync(file, 'token-2\n');
    await archive.findSeries(STUDY);
    expect((await readinessChecks(parts)).archive).toEqual({ ok: true, detail: null });
  });

  test('changed between looking at the file and the answer: read again on the 401 and sent once more', async () => {
    const secrets = ['old', 'new'];
    const asked: (string | undefined)[] = [];
    const { archive } = await archiveAt(
      ({ headers }, socket) => {
        asked.push(headers['authorization']);
        socket.write(
          headers['authorization']?.endsWith(Buffer.from('svc:new').toString('base64'))
            ? jsonAnswer([])
            : httpAnswer(401),
        );
      },
      {
        authorization: {
          kind: 'basic',
          username: 'svc',
          password: { reveal: () => secrets[0]!, renew: () => secrets[1]! },
        },
      },
    );
    await archive.seriesMetadata(STUDY, SERIES);
    expect(asked).toHaveLength(2);
  });
});
