const DAY_MS = 24 * 60 * 60 * 1000;

export interface PollWindowSettings {
  /** How far before the last complete poll to look again, for studies sent days after they were taken. */
  readonly overlapDays: number;
  /** How far back the first poll ever looks; null asks for every study, at every poll. */
  readonly lookBackDays: number | null;
}

/**
 * The inclusive range of StudyDate to ask for. StudyDate is the scanner's local date (PS3.3 C.7.2.1) and our clock
 * UTC, so a day is added at both ends; `cursor` is when the last complete poll began, null before the first.
 */
export function pollWindow(
  cursor: Date | null,
  now: Date,
  { overlapDays, lookBackDays }: PollWindowSettings,
): { readonly from: string; readonly to: string } | null {
  if (lookBackDays === null) return null;
  const since =
    cursor === null ? now.getTime() - lookBackDays * DAY_MS : cursor.getTime() - overlapDays * DAY_MS;
  return { from: dicomDate(since - DAY_MS), to: dicomDate(now.getTime() + DAY_MS) };
}

/** DA (PS3.5 6.2) of the UTC day. */
function dicomDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
}
