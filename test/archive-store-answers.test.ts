import { describe, expect, test } from 'vitest';
import type { SopInstanceUid } from '../src/domain/uid.ts';
import { archiveAt, INSTANCE, STUDY } from './support/scripted-archive.ts';
import { httpAnswer } from './support/scripted-server.ts';

const PATIENT = 'Muster^Maria';

describe('store responses', () => {
  const other = '1.2.3.4.6' as SopInstanceUid;
  const item = (uid: string, more: object = {}) => ({ '00081155': { vr: 'UI', Value: [uid] }, ...more });
  const response = (failed: object[], referenced: object[]) =>
    JSON.stringify({
      '00081198': { vr: 'SQ', Value: failed },
      '00081199': { vr: 'SQ', Value: referenced },
    });

  test.each([
    ['listed as stored', 200, response([], [item(INSTANCE), item(other)]), [true, true]],
    [
      'one failed',
      202,
      response([item(other, { '00081197': { vr: 'US', Value: [0x0110] } })], [item(INSTANCE)]),
      [true, false],
    ],
    ['in both lists', 200, response([item(INSTANCE)], [item(INSTANCE), item(other)]), [false, true]],
    ['400 with results', 400, response([], [item(INSTANCE)]), [true, false]],
    ['409 with results', 409, response([item(INSTANCE), item(other)], []), [false, false]],
    ['409 without', 409, '', [false, false]],
    ['200 and nothing', 200, '', [false, false]],
    ['200 and not DICOM JSON', 200, `<NativeDicomModel>${PATIENT}</NativeDicomModel>`, [false, false]],
    ['an array around it', 200, `[${response([], [item(INSTANCE), item(other)])}]`, [true, true]],
  ])('%s', async (_, status, body, stored) => {
    const { archive } = await archiveAt((__, socket) => socket.write(httpAnswer(status, body)));
    const results = await archive.store(STUDY, [
      { sopInstanceUid: INSTANCE, bytes: Buffer.from('a') },
      { sopInstanceUid: other, bytes: Buffer.from('b') },
    ]);
    expect(results.map((result) => result.sopInstanceUid)).toEqual([INSTANCE, other]);
    expect(results.map((result) => result.stored)).toEqual(stored);
    for (const result of results) {
      expect(result.reason === null).toBe(result.stored);
      expect(result.reason ?? '').not.toContain(PATIENT);
    }
  });

  test('a failure is told by its code', async () => {
    const failed = item(INSTANCE, { '00081197': { vr: 'US', Value: [0x0111] } });
    const { archive } = await archiveAt((_, socket) => socket.write(httpAnswer(409, response([failed], []))));
    const [result] = await archive.store(STUDY, [{ sopInstanceUid: INSTANCE, bytes: Buffer.from('a') }]);
    expect(result?.reason).toBe('refused: 0111H duplicate SOP Instance (HTTP 409)');
  });
});
