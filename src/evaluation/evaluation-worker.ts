/** The thread of startEvaluationThread. */
import { workerData } from 'node:worker_threads';
import { loadModelPack } from '../inference/model-pack.ts';
import { answerQuestions } from '../threads/conversation.ts';
import { evaluationSources } from './evaluation-sources.ts';
import type { EvaluationOrder } from './evaluation-thread.ts';
import { type StudyOutcome, studyOutcome } from './study-outcome.ts';
import { openedOnce } from './study-source.ts';

const { packFolders, studies, threads } = workerData as EvaluationOrder;
const packs = await Promise.all(
  packFolders.map((folder) => loadModelPack(folder, { preferred: ['cpu'], required: true }, threads)),
);
// Which series of a folder are taken depends on the pack; phantoms are the same for all.
const shared = studies.from.kind === 'phantoms';
const manifests = shared ? [packs[0]!.manifest] : packs.map(({ manifest }) => manifest);
const sources = await Promise.all(manifests.map((manifest) => evaluationSources(studies, manifest)));

answerQuestions<number, readonly StudyOutcome[]>(null, {
  async answer(index) {
    const opened = sources.map((of) => openedOnce(of[index]!));
    const outcomes: StudyOutcome[] = [];
    for (const [p, pack] of packs.entries()) {
      outcomes.push(await studyOutcome(pack, opened[shared ? 0 : p]!));
    }
    return outcomes;
  },
  close: async () => {
    for (const pack of packs) await pack.close();
  },
});
