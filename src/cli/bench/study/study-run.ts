import { writeFile } from 'node:fs/promises';
import type { Stage } from '../../../domain/stage.ts';
import { residentMegabytes } from '../memory/resident-megabytes.ts';

/** One run of a whole study, by whoever does it. */
export interface StudyRun {
  readonly ms: number;
  /** Of all threads. */
  readonly processorMs: number;
  /** The most that was resident, with all that the process holds beside the study; null where that says nothing. */
  readonly peakMb: number | null;
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
}

/** Measures what this process does. @param work its stages in ms, and processor time of processes that it started. */
export async function measuredRun(
  work: () => Promise<Pick<StudyRun, 'stages'> & { readonly childrenMs?: number }>,
): Promise<StudyRun> {
  // Writing 5 sets the high-water mark back to what is resident now (proc(5)).
  await writeFile('/proc/self/clear_refs', '5');
  const [began, used] = [performance.now(), process.cpuUsage()];
  const { stages, childrenMs = 0 } = await work();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(used);
  const processorMs = (user + system) / 1000 + childrenMs;
  return { ms, processorMs, peakMb: await residentMegabytes(process.pid, 'VmHWM'), stages };
}

/** Runs work and notes what it took. */
export async function timed<Result>(
  stages: Partial<Record<Stage, number>>,
  stage: Stage,
  work: () => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  const result = await work();
  stages[stage] = performance.now() - began;
  return result;
}
