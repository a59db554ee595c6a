/** The thread of startEvaluationThread. */
import { workerData } from 'node:worker_threads';
import { loadModelPack } from '../inference/model-pack.ts';
import { answerQuestions } from '../threads/conversation.ts';
import { evaluationSources } from './evaluation-sources.ts';
import type { EvaluationOrder } from './evaluation-thread.ts';
import { type StudyOutcome, studyOutcome } from './study-outcome.ts';

const { packFolder, studies, threads } = workerData as EvaluationOrder;
const pack = await loadModelPack(packFolder, { preferred: ['cpu'], required: true }, threads);
const sources = await evaluationSources(studies, pack.manifest);
answerQuestions<number, StudyOutcome>(null, {
  answer: (index) => studyOutcome(pack, sources[index]!),
  close: () => pack.close(),
});
