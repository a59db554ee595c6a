import { setTimeout as sleep } from 'node:timers/promises';
import type { ListedAnalysis, SoakApi } from './soak-api.ts';
import type { SoakStudy } from './soak-studies.ts';

/** After the trouble everything is to have come to its end within this. */
const LIMIT_MS = 600_000;
const LOOK_MS = 2_000;
/** What nobody need ask for is given this long before somebody does: after kills in their midst studies are looked at one by one. */
const PATIENCE_MS = 120_000;

/** What people had to do so that everything came to its end. */
export interface Drained {
  readonly seconds: number;
  readonly asked: Readonly<Record<string, number>>;
  /** Null: everything is done. */
  readonly left: string | null;
}

/**
 * Waits until every study has its result and everybody was told, as operators do: what waits for a later attempt is
 * begun now, what was cancelled, failed or set aside is asked for again.
 */
export async function drain(api: SoakApi, studies: readonly SoakStudy[]): Promise<Drained> {
  const beganAt = performance.now();
  const asked: Record<string, number> = {};
  const ask = async (what: string, path: string) => {
    if ((await api.ask('POST', path)) !== null) asked[what] = (asked[what] ?? 0) + 1;
  };
  for (;;) {
    const ms = performance.now() - beganAt;
    const analyses = await api.listed();
    const unsettled = studies.filter((study) => !isSettled(study, analyses));
    const open = analyses.filter(({ state }) => isOpen(state));
    const waiting = await api.waiting();
    const isDone = unsettled.length === 0 && open.length === 0 && waiting.length === 0;
    const left = `${unsettled.length} studies without result, ${open.length} analyses open, ${waiting.length} messages waiting`;
    if (isDone || ms > LIMIT_MS) return { seconds: ms / 1000, asked, left: isDone ? null : left };
    for (const { id, failureCode } of open) {
      if (failureCode !== null) await ask('attempt begun now', `/analyses/${id}/retry`);
    }
    for (const { id, attempts } of waiting) {
      if (attempts > 0) await ask('message replayed', `/deliveries/${id}/replay`);
    }
    for (const { uid } of unsettled) {
      const own = analyses.filter(({ studyInstanceUid }) => studyInstanceUid === uid);
      if (own.some(({ state }) => isOpen(state))) continue;
      if (own.length > 0) await ask(`asked again after ${own[0]!.state}`, `/studies/${uid}/analyze`);
      else if (ms > PATIENCE_MS) await ask('asked for, never noticed', `/studies/${uid}/analyze`);
    }
    await sleep(LOOK_MS);
  }
}

const isOpen = (state: string) => state === 'queued' || state === 'running';

/** Of a study to be graded one analysis at least is stored, and what was asked for since has come to nothing worse. */
function isSettled({ uid, reason }: SoakStudy, analyses: readonly ListedAnalysis[]): boolean {
  const states = analyses
    .filter(({ studyInstanceUid }) => studyInstanceUid === uid)
    .map(({ state }) => state);
  const wanted = reason === null ? 'stored' : 'ineligible';
  return states.includes(wanted) && !states.some(isOpen) && states[0] !== 'failed';
}
