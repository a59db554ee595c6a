import { inTime } from '../process/in-time.ts';

/** Whether a part of the service can do its work, and what is wrong where it cannot. */
export interface PartCheck {
  readonly ok: boolean;
  readonly detail: string | null;
}

/**
 * Asks a part; one that fails or does not answer in time is not ok, never a rejection.
 * @param problem says of what was thrown what it means.
 */
export async function partCheck(
  ask: (signal: AbortSignal) => Promise<unknown>,
  problem: (cause: unknown) => string,
  limitMs: number,
): Promise<PartCheck> {
  try {
    await inTime(ask(AbortSignal.timeout(limitMs)), limitMs);
    return { ok: true, detail: null };
  } catch (cause) {
    return { ok: false, detail: problem(cause) };
  }
}
