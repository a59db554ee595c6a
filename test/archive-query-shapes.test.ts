import { describe, expect, test } from 'vitest';
import { ownWays, pageOf, UIDS, uidsOf, WHEN } from './support/archive-own-ways.ts';
import { jsonAnswer, parameters, STUDY, studyRow } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

describe('queries in a shape that the archive takes', () => {
  test.each([400, 422, 501, 500])('includefield refused with %i', async (status) => {
    const { archive, requests, found } = await ownWays((request) =>
      parameters(request).has('includefield') ? httpAnswer(status) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual(['includefield-refused']);
    const before = requests.length;
    await archive.findStudies(WHEN);
    const later = requests.slice(before);
    expect(later.some((request) => parameters(request).has('includefield'))).toBe(false);
    // What was refused alone is left out.
    expect(later.every((request) => parameters(request).get('ModalitiesInStudy') === 'MR')).toBe(true);
    expect(found).toHaveLength(1);
  });

  test.each([400, 413, 500])('a limit above 25 refused with %i', async (status) => {
    const many = Array.from({ length: 60 }, (_, i) => `1.9.${100 + i}`);
    const { archive, found, odd } = await ownWays((request) =>
      Number(parameters(request).get('limit')) > 25 ? httpAnswer(status) : pageOf(request, many),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(many);
    expect([found, odd]).toEqual([['page-size-refused'], []]);
  });

  test('includefield, filter and large limits all refused', async () => {
    const { archive, found } = await ownWays((request) => {
      const asked = parameters(request);
      const refused =
        asked.has('includefield') || asked.has('ModalitiesInStudy') || Number(asked.get('limit')) > 10;
      return refused ? httpAnswer(400) : pageOf(request);
    });
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found.toSorted()).toEqual([
      'includefield-refused',
      'modality-filter-refused',
      'offset-refused',
      'page-size-refused',
    ]);
  });

  test('offset=0 refused', async () => {
    const { archive, found } = await ownWays((request) =>
      parameters(request).get('offset') === '0' ? httpAnswer(400) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual(['offset-refused']);
  });

  test('a fault that passed while simpler shapes were tried teaches nothing', async () => {
    const { archive, requests, found } = await ownWays((request) =>
      request.index < 4 ? httpAnswer(500) : pageOf(request),
    );
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual([]);
    expect(requests.every((request) => parameters(request).has('includefield') || request.index < 6)).toBe(
      true,
    );
  });

  test('refused in every shape: the first refusal, after a bounded number of requests', async () => {
    const { archive, requests, found } = await ownWays(() => httpAnswer(400));
    await expect(archive.findStudies(WHEN)).rejects.toMatchObject({ status: 400, retryable: false });
    expect(requests.length).toBeLessThan(12);
    expect(found).toEqual([]);
  });

  test('offset ignored: found out once, then asked for more without pages', async () => {
    const { archive, requests, found } = await ownWays((request) => {
      const limit = Number(parameters(request).get('limit'));
      return jsonAnswer(UIDS.slice(0, limit).map((uid) => studyRow(uid)));
    }, 3);
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    expect(found).toEqual(['offset-ignored']);
    const before = requests.length;
    expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS);
    const offsets = requests.slice(before).map((request) => parameters(request).get('offset'));
    expect(new Set(offsets)).toEqual(new Set(['0']));
  });

  test('offset ignored and larger limits refused: what is shown, and that it is not all', async () => {
    const { archive, odd } = await ownWays((request) => {
      const limit = Number(parameters(request).get('limit'));
      return limit > 3 ? httpAnswer(400) : jsonAnswer(UIDS.slice(0, limit).map((uid) => studyRow(uid)));
    }, 3);
    for (let poll = 0; poll < 3; poll += 1) {
      expect(uidsOf(await archive.findStudies(WHEN))).toEqual(UIDS.slice(0, 3));
    }
    expect(odd).toEqual(['rows-not-shown find studies: pages repeat, larger ones are refused']);
  });

  test('nothing on the wire needs percent-encoding', async () => {
    const { archive, requests } = await ownWays((request) => pageOf(request));
    await archive.findStudies(WHEN);
    await archive.findSeries(STUDY);
    await archive.ping();
    expect(requests.length).toBeGreaterThan(3);
    for (const { target } of requests) expect(target).toMatch(/^[\w\-./?=&]+$/);
  });
});
