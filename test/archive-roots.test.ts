import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { archiveAt, INSTANCE, SERIES, STUDY } from './support/scripted-archive.ts';
import { httpAnswer, scriptedServer } from './support/scripted-server.ts';

const rows = httpAnswer(200, '[]', { 'Content-Type': 'application/dicom+json' });

test('QIDO-RS, WADO-RS and STOW-RS have roots of their own, with the same credentials and headers', async () => {
  const servers = await Promise.all(
    Array.from({ length: 4 }, () => scriptedServer((_, socket) => socket.write(rows))),
  );
  const [root, qido, wado, stow] = servers as [
    (typeof servers)[0],
    (typeof servers)[0],
    (typeof servers)[0],
    (typeof servers)[0],
  ];
  let key = 'one';
  const archive = dicomWebArchive({
    url: root.url,
    roots: { qido: `${qido.url}/q`, wado: `${wado.url}/w/`, stow: `${stow.url}/s` },
    authorization: { kind: 'bearer', token: 'abc' },
    headers: () => ({ 'X-Api-Key': key }),
  });
  onTestFinished(async () => {
    await archive.close();
    for (const server of servers) await server.close();
  });
  await archive.findSeries(STUDY);
  key = 'two';
  await archive.seriesMetadata(STUDY, SERIES);
  await archive.store(STUDY, [{ sopInstanceUid: INSTANCE, bytes: new Uint8Array(10) }]);
  const asked = servers.map(({ requests }) =>
    requests.map(({ target, headers }) => [
      target.split('?')[0],
      headers['authorization'],
      headers['x-api-key'],
    ]),
  );
  expect(asked).toEqual([
    [],
    [['/dicom-web/q/studies/1.2.3/series', 'Bearer abc', 'one']],
    [['/dicom-web/w/studies/1.2.3/series/1.2.3.4/metadata', 'Bearer abc', 'two']],
    [['/dicom-web/s/studies/1.2.3', 'Bearer abc', 'two']],
  ]);
  expect(() => dicomWebArchive({ url: root.url, roots: { wado: 'ftp://pacs' } })).toThrow(TypeError);
});

test('no more requests a second than it is told, whatever they are for, and a wait ends with its signal', async () => {
  const at: number[] = [];
  const { archive } = await archiveAt(
    (_, socket) => {
      at.push(performance.now());
      socket.write(rows);
    },
    { requestsPerSecond: 20 },
  );
  await Promise.all([
    ...Array.from({ length: 5 }, () => archive.ping()),
    archive.seriesMetadata(STUDY, SERIES),
  ]);
  expect(at).toHaveLength(6);
  expect(at.at(-1)! - at[0]!).toBeGreaterThan(5 * 50 - 20);
  const stop = new AbortController();
  const waiting = [archive.ping(), archive.ping(), archive.ping(stop.signal)];
  await delay(10);
  stop.abort(new Error('enough'));
  await expect(waiting[2]).rejects.toThrow('enough');
  await Promise.all(waiting.slice(0, 2));
});

test('no more connections than it is told', async () => {
  let most = 0;
  const { archive, server } = await archiveAt(
    (_, socket) => {
      most = Math.max(most, server.openSockets());
      setTimeout(() => socket.write(rows), 30);
    },
    { connections: 2 },
  );
  await Promise.all(Array.from({ length: 8 }, () => archive.ping()));
  expect(most).toBe(2);
});
