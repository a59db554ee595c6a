import type { StudySummary } from '../dicomweb/archive.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** There was no such program before: a clock that says so stands wrong. */
const EARLIEST_NOW_MS = Date.UTC(2024, 0, 1);
/** DICOM is of 1993: an older StudyDate of an MR study is a scanner's clock that stopped. */
const EARLIEST_STUDY_DATE = '19900101';

export interface PollWindowSettings {
  /** How far before the last complete poll to look again, for studies sent days after they were taken. */
  readonly overlapDays: number;
  /** How far back the first poll ever looks; null asks for every study, at every poll. */
  readonly lookBackDays: number | null;
}

/** An inclusive range of StudyDate, in DA. */
export interface StudyDateRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The inclusive range of StudyDate to ask for. StudyDate is the scanner's local date (PS3.3 C.7.2.1) and our clock
 * UTC, so a day is added at both ends; `cursor` is when the last complete poll began, null before the first. A cursor
 * that a clock wrote which stood wrong, in the future or long ago, counts as none.
 */
export function pollWindow(
  cursor: Date | null,
  now: Date,
  { overlapDays, lookBackDays }: PollWindowSettings,
): StudyDateRange | null {
  if (lookBackDays === null) return null;
  const believed = cursor !== null && cursor <= now && cursor.getTime() >= EARLIEST_NOW_MS;
  const since = believed ? cursor.getTime() - overlapDays * DAY_MS : now.getTime() - lookBackDays * DAY_MS;
  return { from: dicomDate(since - DAY_MS), to: dicomDate(now.getTime() + DAY_MS) };
}

/**
 * What to ask for, from time to time, to find the studies that no window of days holds: dates before DICOM, dates in
 * the future, and (null: no range at all, as an empty date matches none) studies without a date.
 */
export function oddDateRanges(now: Date): readonly (StudyDateRange | null)[] {
  const future = { from: dicomDate(now.getTime() + 2 * DAY_MS), to: '29991231' };
  return [
    { from: '19000101', to: dayBefore(EARLIEST_STUDY_DATE) },
    ...(knowsTheFuture(now) ? [future] : []),
    null,
  ];
}

/** Whether the StudyDate is absent, no date, before DICOM, or more than a day in the future. */
export function isOddlyDated({ studyDate }: Pick<StudySummary, 'studyDate'>, now: Date): boolean {
  if (studyDate === null || !isDate(studyDate)) return true;
  if (studyDate < EARLIEST_STUDY_DATE) return true;
  return knowsTheFuture(now) && studyDate > dicomDate(now.getTime() + DAY_MS);
}

/** To a clock that stands at its beginning the whole archive is of the future. */
function knowsTheFuture(now: Date): boolean {
  return now.getTime() >= EARLIEST_NOW_MS;
}

/**
 * The cursor to save after a poll that began at `began`: no further on than time that passed by a clock that does not
 * jump, so that a clock set forward leaves no days out. `previous` was saved `elapsedMs` ago by this process; null at
 * its first poll, when there is nothing but the clock on the wall.
 */
export function nextCursor(began: Date, previous: Date | null, elapsedMs: number): Date {
  if (previous === null) return began;
  return new Date(Math.min(began.getTime(), previous.getTime() + elapsedMs));
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function dayBefore(date: string): string {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].map(Number);
  return dicomDate(Date.UTC(year!, month! - 1, day!) - DAY_MS);
}

/** DA (PS3.5 6.2) of the UTC day. */
function dicomDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
}
