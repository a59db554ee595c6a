import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { archiveAt, counted, jsonAnswer, parameters, studyRow } from './support/scripted-archive.ts';

const STUDY = '1.2.3' as StudyInstanceUid;
const PATIENT = 'Muster^Maria';
const STUDY_COUNT = '00201208';
const SERIES_COUNT = '00201209';
const modalities = (...all: string[]) => ({ '00080061': { vr: 'CS', Value: all } });
const seriesRow = (uid: unknown, more: object = {}) => ({
  '0020000E': { vr: 'UI', Value: [uid] },
  '00080060': { vr: 'CS', Value: ['MR'] },
  ...more,
});

/** An archive that pages as it should through what it is given, and what was passed over of it. */
async function holding(rows: {
  studies?: readonly object[];
  series?: readonly object[];
  instances?: readonly object[];
}) {
  const odd: (string | number | null | undefined)[][] = [];
  const now = { ...rows };
  const { archive, requests } = await archiveAt(
    (request, socket) => {
      const resource = /\/(studies|series|instances)\?/.exec(request.target)![1] as keyof typeof rows;
      const [limit, offset] = ['limit', 'offset'].map((name) => Number(parameters(request).get(name)));
      socket.write(jsonAnswer((now[resource] ?? []).slice(offset!, offset! + limit!)));
    },
    { pageSize: 3, onPassedOver: (...told) => odd.push(told) },
  );
  const studies = async () => {
    const found = await archive.findStudies({ studyDate: null });
    return Object.fromEntries(found.map((one) => [one.studyInstanceUid, one.instanceCount]));
  };
  return { archive, requests, odd, now, studies };
}

describe('UIDs', () => {
  test('with leading zeros or padding are used, without the padding', async () => {
    const { archive, odd, studies } = await holding({
      studies: [studyRow('1.2.0113.5\0'), studyRow(' 1.2.4 ')],
      series: [seriesRow('1.2.007.1\0', counted(SERIES_COUNT, 4))],
    });
    expect(Object.keys(await studies())).toEqual(['1.2.0113.5', '1.2.4']);
    const series = await archive.findSeries('1.2.0113.5' as StudyInstanceUid);
    expect(series).toMatchObject([{ seriesInstanceUid: '1.2.007.1', instanceCount: 4 }]);
    expect(odd).toEqual([]);
  });

  test('that cannot be asked for are passed over, told of once and again when there are more', async () => {
    const series = [
      seriesRow(`1.2.${PATIENT}`),
      seriesRow('1.7', counted(SERIES_COUNT, 2)),
      seriesRow(`1.2/${PATIENT}`),
    ];
    const { archive, odd, now } = await holding({ series });
    for (let poll = 0; poll < 3; poll += 1) {
      expect(await archive.findSeries(STUDY)).toMatchObject([{ seriesInstanceUid: '1.7' }]);
    }
    expect(odd).toEqual([['uid-unusable', STUDY, 'find series: SeriesInstanceUID', 2]]);
    now.series = [...series, seriesRow('not.a.uid')];
    await archive.findSeries(STUDY);
    expect(odd.slice(1)).toEqual([['uid-unusable', STUDY, 'find series: SeriesInstanceUID', 3]]);
    expect(JSON.stringify(odd)).not.toContain(PATIENT);
  });
});

test('a row without a UID stops only itself, wherever it stands, and costs no further requests', async () => {
  const nameless = { '00100010': { vr: 'PN', Value: [{ Alphabetic: PATIENT }] } };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 4 }), async (place, count) => {
      const good = Array.from({ length: 7 }, (_, i) => studyRow(`1.9.${i}`));
      const rows: object[] = Array.from({ length: count }, (_, i) => ({
        ...nameless,
        ...counted('00200011', i),
      }));
      const { odd, requests, studies } = await holding({ studies: good.toSpliced(place, 0, ...rows) });
      expect(Object.keys(await studies())).toHaveLength(7);
      expect(odd).toEqual([['row-unreadable', null, 'find studies: no StudyInstanceUID', count]]);
      const control = await holding({
        studies: Array.from({ length: 7 + count }, (_, i) => studyRow(`1.9.${i}`)),
      });
      await control.studies();
      expect(requests.length).toBe(control.requests.length);
    }),
    { numRuns: 12 },
  );
});

describe('rows of one study', () => {
  test('one a modality add up', async () => {
    const { studies } = await holding({
      studies: [
        studyRow('1.1', { ...modalities('MR'), ...counted(STUDY_COUNT, 60) }),
        studyRow('1.2', { ...modalities('MR'), ...counted(STUDY_COUNT, 5) }),
        studyRow('1.1', { ...modalities('SR'), ...counted(STUDY_COUNT, 2) }),
        studyRow('1.1', { ...modalities('OT', 'PR'), ...counted(STUDY_COUNT, '3') }),
      ],
    });
    expect(await studies()).toEqual({ '1.1': 65, '1.2': 5 });
  });

  test('MR is in a study where any of its rows says so', async () => {
    const { studies } = await holding({
      studies: [
        studyRow('1.1', modalities('SR')),
        studyRow('1.2', modalities('CT')),
        studyRow('1.1', modalities('MR')),
      ],
    });
    expect(Object.keys(await studies())).toEqual(['1.1']);
  });

  test('the same row that comes twice counts once', async () => {
    const row = studyRow('1.1', counted(STUDY_COUNT, 60));
    const { studies } = await holding({ studies: [row, row, studyRow('1.2'), row] });
    expect(await studies()).toEqual({ '1.1': 60, '1.2': null });
  });

  test('two that contradict each other, as of two archives behind one, are not trusted', async () => {
    const [one, other] = [40, 60].map((count) => studyRow('1.1', counted(STUDY_COUNT, count)));
    const { studies } = await holding({ studies: [one!, other!] });
    expect(await studies()).toEqual({ '1.1': null });
  });
});

describe('counts that cannot be true', () => {
  test.each([[0], [-1], [1.5], ['many'], [''], [null], [1e300]])(
    '%j of a study is not trusted',
    async (count) => {
      const { studies } = await holding({ studies: [studyRow('1.1', counted(STUDY_COUNT, count))] });
      expect(await studies()).toEqual({ '1.1': null });
    },
  );

  test.each([[[0]], [[-3]], [['many']], [[4, 9]]])(
    '%j of a series: its instances are counted',
    async (counts) => {
      const { archive } = await holding({
        series: counts.map((count) => seriesRow('1.7', counted(SERIES_COUNT, count))),
        instances: ['1.7.1', '1.7.2', '1.7.2', '1.7.03'].map((uid) => ({
          '00080018': { vr: 'UI', Value: [uid] },
        })),
      });
      expect(await archive.findSeries(STUDY)).toMatchObject([{ seriesInstanceUid: '1.7', instanceCount: 3 }]);
    },
  );
});

describe('at most so many studies', () => {
  const many = Array.from({ length: 20 }, (_, i) => studyRow(`1.9.${i}`));
  test.each([1, 3, 4, 19, 20, 50])('%i', async (atMost) => {
    const { archive, requests } = await holding({ studies: many });
    const found = await archive.findStudies({ studyDate: null, atMost });
    expect(found).toHaveLength(Math.min(atMost, 20));
    // And not the whole hospital for it.
    expect(requests.length).toBeLessThanOrEqual(Math.ceil(atMost / 3) + 6);
  });

  test('of an archive that ignores limit and offset', async () => {
    const { archive } = await archiveAt((_, socket) => socket.write(jsonAnswer(many)));
    expect(await archive.findStudies({ studyDate: null, atMost: 5 })).toHaveLength(5);
  });
});
