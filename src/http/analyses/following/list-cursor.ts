import { createHash } from 'node:crypto';
import type { ListPlace } from '../../../jobs/ledger/list-analyses.ts';
import { ProblemError } from '../../problems/problem-error.ts';

const AT = /^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A place in a list as its clients hand it back. @param filter the list's: a cursor is good for no other */
export function cursorOf(place: ListPlace, filter: unknown): string {
  return Buffer.from(JSON.stringify([place.at, place.id, nameOf(filter)])).toString('base64url');
}

/** @throws ProblemError `cursor-unusable` of what is none, or one of another list */
export function placeOf(cursor: string, filter: unknown): ListPlace {
  const parts = parsed(cursor);
  const [at, id, name] = Array.isArray(parts) ? parts.map(String) : [];
  if (at === undefined || id === undefined || !AT.test(at) || !UUID.test(id))
    throw new ProblemError('cursor-unusable', 'This is no cursor that a list of this service has given.');
  if (name !== nameOf(filter))
    throw new ProblemError('cursor-unusable', 'The cursor is of a list with another filter.');
  return { at, id };
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

function nameOf(filter: unknown): string {
  return createHash('sha256').update(JSON.stringify(filter)).digest('base64url').slice(0, 16);
}
