import { describe, expect, test } from 'vitest';
import { ownWays, pageOf, UIDS, uidsOf, WHEN } from './support/archive-own-ways.ts';
import { counted, jsonAnswer, parameters, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

describe('404 where nothing matches', () => {
  test('after the last page', async () => {
    const { archive } = await ownWays((request) =>
      Number(parameters(request).get('offset')) >= 7 ? httpAnswer(404) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
  });

  test('of a day without studies, while the archive does answer', async () => {
    const { archive, found } = await ownWays((request) =>
      parameters(request).has('StudyDate') ? httpAnswer(404) : pageOf(request),
    );
    expect(await archive.findStudies(WHEN)).toEqual([]);
    expect(found).toEqual(['empty-page-not-found']);
  });

  test('of everything: an empty archive, or a wrong address, which is told once', async () => {
    const { archive, found } = await ownWays(() => httpAnswer(404));
    for (let poll = 0; poll < 3; poll += 1) expect(await archive.findStudies(WHEN)).toEqual([]);
    expect(found).toEqual(['nothing-found-anywhere']);
    // Who asks whether the archive can be asked is told what it says.
    await expect(archive.ping()).rejects.toMatchObject({ status: 404, message: 'ping: HTTP 404' });
  });

  test('of everything until the first study arrives, and after it', async () => {
    let stored: readonly string[] = [];
    const { archive, found } = await ownWays((request) => {
      const offset = Number(parameters(request).get('offset') ?? 0);
      return offset < stored.length ? pageOf(request, stored) : httpAnswer(404);
    });
    expect(await archive.findStudies(WHEN)).toEqual([]);
    stored = UIDS;
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    await archive.ping();
    expect(found).toEqual(['nothing-found-anywhere']);
  });

  test('of everything, by an archive that had studies: its address is wrong now, and a poll fails', async () => {
    let moved = false;
    const { archive, found } = await ownWays((request) => (moved ? httpAnswer(404) : pageOf(request)));
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    moved = true;
    await expect(archive.findStudies(WHEN)).rejects.toMatchObject({
      status: 404,
      message: 'find studies: HTTP 404',
    });
    expect(found).toEqual([]);
  });

  test('of the series of a study: asked again before it is believed', async () => {
    const { archive, requests } = await ownWays(({ index }) =>
      index < 2
        ? httpAnswer(404)
        : jsonAnswer(
            index === 2 ? [{ '0020000E': { vr: 'UI', Value: ['1.7'] }, ...counted('00201209', 4) }] : [],
          ),
    );
    expect(await archive.findSeries(STUDY)).toMatchObject([{ seriesInstanceUid: '1.7', instanceCount: 4 }]);
    const { archive: other } = await ownWays(() => httpAnswer(404));
    expect(await other.findSeries(STUDY)).toEqual([]);
    expect(requests.length).toBeGreaterThan(2);
  });
});
