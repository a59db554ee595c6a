import { describe, expect, test } from 'vitest';
import { archiveAt, STUDY, studyRow } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

describe('queries of odd archives', () => {
  const uids = Array.from({ length: 7 }, (_, i) => `1.9.${i}`);
  const pageOf = (target: string, cap = Number.POSITIVE_INFINITY) => {
    const query = new URLSearchParams(target.split('?')[1]);
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    return { offset, slice: (all: readonly string[]) => all.slice(offset, offset + Math.min(limit, cap)) };
  };
  const json = (rows: readonly object[]) => httpAnswer(200, JSON.stringify(rows));
  const found = async (answer: (target: string) => Buffer) => {
    const { archive } = await archiveAt(({ target }, socket) => socket.write(answer(target)), {
      pageSize: 3,
    });
    return archive.findStudies({ studyDate: { from: '20240101', to: '20240131' } });
  };
  const uidsOf = (studies: readonly { studyInstanceUid: string }[]) =>
    studies.map((one) => one.studyInstanceUid).toSorted();

  test('a page capped below the limit asked for is not taken for the last', async () => {
    const studies = await found((target) =>
      json(
        pageOf(target, 2)
          .slice(uids)
          .map((uid) => studyRow(uid)),
      ),
    );
    expect(uidsOf(studies)).toEqual(uids);
  });

  test('an order that shifts between pages loses nothing', async () => {
    let calls = 0;
    const studies = await found((target) => {
      calls += 1;
      // Between the first page and the second the last study moves to the front: 1.9.2 is seen twice, 1.9.6 never.
      const order = calls === 2 || calls === 3 ? [...uids.slice(-1), ...uids.slice(0, -1)] : uids;
      return json(
        pageOf(target)
          .slice(order)
          .map((uid) => studyRow(uid)),
      );
    });
    expect(uidsOf(studies)).toEqual(uids);
  });

  test('limit and offset ignored: everything, once', async () => {
    expect(uidsOf(await found(() => json(uids.map((uid) => studyRow(uid)))))).toEqual(uids);
  });

  test('only offset ignored: everything, by asking for more', async () => {
    const studies = await found((target) => {
      const limit = Number(new URLSearchParams(target.split('?')[1]).get('limit'));
      return json(uids.slice(0, limit).map((uid) => studyRow(uid)));
    });
    expect(uidsOf(studies)).toEqual(uids);
  });

  test('the modality filter refused: asked again without, and filtered here', async () => {
    const rows = [studyRow('1.1'), studyRow('1.2', { '00080061': { vr: 'CS', Value: ['CT'] } })];
    const studies = await found((target) =>
      target.includes('ModalitiesInStudy=') ? httpAnswer(400) : json(pageOf(target).offset === 0 ? rows : []),
    );
    expect(uidsOf(studies)).toEqual(['1.1']);
  });

  test('filters ignored: what was not asked for is left out', async () => {
    const dated = (date: string) => ({ '00080020': { vr: 'DA', Value: [date] } });
    const rows = [
      studyRow('1.1', dated('20240101')),
      studyRow('1.2', dated('20240201')),
      studyRow('1.3', { '00080061': { vr: 'CS', Value: ['CT'] } }),
      studyRow('1.4', { '00080061': { vr: 'CS', Value: ['SR', 'MR'] } }),
      studyRow('1.05'),
    ];
    expect(uidsOf(await found(() => json(rows)))).toEqual(['1.05', '1.1', '1.4']);
  });

  test('204 is an empty result', async () => {
    expect(await found(() => httpAnswer(204))).toEqual([]);
  });

  test('series counts that are missing are counted, and may be text', async () => {
    const { archive } = await archiveAt(({ target }, socket) => {
      const series = (uid: string, count: object) => ({ '0020000E': { vr: 'UI', Value: [uid] }, ...count });
      const rows = target.includes('/instances')
        ? uids.map((uid) => ({ '00080018': { vr: 'UI', Value: [uid] } }))
        : [series('1.1', {}), series('1.2', { '00201209': { vr: 'IS', Value: ['12'] } })].map((row, i) => ({
            ...row,
            '00080060': { vr: 'CS', Value: ['MR'] },
            ...(i === 0 ? { '00200011': { vr: 'IS', Value: [4] } } : {}),
          }));
      socket.write(json(pageOf(target).offset === 0 ? rows : []));
    });
    await expect(archive.findSeries(STUDY)).resolves.toEqual([
      { seriesInstanceUid: '1.1', modality: 'MR', seriesNumber: 4, instanceCount: 7 },
      { seriesInstanceUid: '1.2', modality: 'MR', seriesNumber: null, instanceCount: 12 },
    ]);
  });
});
