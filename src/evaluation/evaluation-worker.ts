/** The thread of startEvaluationThread. */
import { workerData } from 'node:worker_threads';
import { loadModelPack } from '../inference/pack/load-model-pack.ts';
import { startDecoderPool } from '../pixels/decoder-pool.ts';
import { answerQuestions } from '../process/conversation.ts';
import type { EvaluationOrder } from './evaluation-thread.ts';
import { sourcesOfPacks } from './sources/evaluation-sources.ts';
import { folderReading } from './sources/folder-reading.ts';
import { openedOnce } from './sources/study-source.ts';
import { type StudyOutcome, studyOutcome } from './study-outcome.ts';

const { packFolders, studies, threads, frameTimeoutMs, reading } = workerData as EvaluationOrder;
const packs = await Promise.all(
  packFolders.map((folder) => loadModelPack(folder, { preferred: ['cpu'], required: true }, threads)),
);
const decoders = startDecoderPool({ threads, frameTimeoutMs });
const sources = await sourcesOfPacks(
  studies,
  packs.map(({ manifest }) => manifest),
  folderReading(decoders.decode, reading),
);

answerQuestions<number, readonly StudyOutcome[]>(null, {
  async answer(index) {
    // Packs that share a source share what it reads or renders.
    const opened = new Map(sources.map((of) => [of[index]!, openedOnce(of[index]!)]));
    const outcomes: StudyOutcome[] = [];
    for (const [p, pack] of packs.entries()) {
      outcomes.push(await studyOutcome(pack, opened.get(sources[p]![index]!)!));
    }
    return outcomes;
  },
  close: async () => {
    await decoders.close();
    for (const pack of packs) await pack.close();
  },
});
