import { availableParallelism } from 'node:os';
import { type EvaluationOrder, startEvaluationThread } from '../../evaluation/evaluation-thread.ts';
import { runStudies } from '../../evaluation/run-studies.ts';
import type { StudyOutcome } from '../../evaluation/study-outcome.ts';

/** Every thread has networks of its own, which share the cores. One outcome a study and pack. */
export async function runOnThreads(
  order: Omit<EvaluationOrder, 'threads'>,
  count: number,
  workers: number,
): Promise<readonly (readonly StudyOutcome[])[]> {
  const side = Math.min(workers, count);
  const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, side)));
  const starting = Array.from({ length: side }, (_, k) =>
    startEvaluationThread(`evaluation ${k + 1}`, { ...order, threads }),
  );
  try {
    const started = await Promise.all(starting);
    return await runStudies(
      started.map((thread) => thread.evaluate),
      count,
      onStudy,
    );
  } finally {
    // Where one did not start, the others would keep the command from ending.
    for (const thread of await Promise.allSettled(starting)) {
      if (thread.status === 'fulfilled') await thread.value.close();
    }
  }
}

function onStudy(done: number, of: number): void {
  process.stderr.write(`\revaluate: ${done} of ${of} studies${done === of ? '\n' : ''}`);
}
