import type { CodeOf } from '../../src/domain/catalogue.ts';
import { archiveAt, jsonAnswer, parameters, studyRow } from './scripted-archive.ts';
import type { ScriptedRequest } from './scripted-server.ts';

export const WHEN = { studyDate: { from: '20240101', to: '20240131' } };
export const UIDS = Array.from({ length: 7 }, (_, i) => `1.9.${i}`);

/** An archive, and the ways that were found out of it, in order. */
export async function ownWays(answer: (request: ScriptedRequest) => Buffer, pageSize = 200) {
  const found: CodeOf<'archive-way'>[] = [];
  const odd: string[] = [];
  const { archive, requests } = await archiveAt((request, socket) => void socket.write(answer(request)), {
    pageSize,
    onWay: (way) => found.push(way),
    onPassedOver: (code, _, where) => odd.push(`${code} ${where}`),
  });
  return { archive, requests, found, odd };
}

/** The rows of a page; `more` of every row. */
export function pageOf(request: ScriptedRequest, uids: readonly string[] = UIDS, more: object = {}): Buffer {
  const asked = parameters(request);
  const offset = Number(asked.get('offset') ?? 0);
  const rows = uids.slice(offset, offset + Number(asked.get('limit')));
  return jsonAnswer(rows.map((uid) => studyRow(uid, more)));
}

/** The UIDs of what was found, in order. */
export const uidsOf = (studies: readonly { studyInstanceUid: string }[]) =>
  studies.map(({ studyInstanceUid }) => studyInstanceUid).toSorted();
