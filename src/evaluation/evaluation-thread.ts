import { startConversation } from '../process/conversation.ts';
import type { EvaluationStudies } from './sources/evaluation-sources.ts';
import type { ReadingSettings } from './sources/folder-reading.ts';
import type { StudyOutcome } from './study-outcome.ts';

/** What an evaluation thread works on. */
export interface EvaluationOrder {
  /** One after the other on each study, which is read or rendered once where they can share it. */
  readonly packFolders: readonly string[];
  readonly studies: EvaluationStudies;
  /** Threads of its networks, and of its decoders. */
  readonly threads: number;
  /** For decoding one frame. */
  readonly frameTimeoutMs: number;
  /** How the studies of a folder are read. */
  readonly reading: ReadingSettings;
}

export interface EvaluationThread {
  /** One outcome a pack. */
  readonly evaluate: (index: number) => Promise<readonly StudyOutcome[]>;
  readonly close: () => Promise<void>;
}

/** A thread with networks of its own that runs studies by their index; nothing of a study is kept beyond its outcome. */
export async function startEvaluationThread(name: string, order: EvaluationOrder): Promise<EvaluationThread> {
  const thread = await startConversation<number, readonly StudyOutcome[], null>(
    new URL('./evaluation-worker.ts', import.meta.url),
    name,
    order,
  );
  return { evaluate: (index) => thread.ask(index), close: () => thread.close() };
}
