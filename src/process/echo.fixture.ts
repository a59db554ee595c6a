/** A thread that says back what it is told, after as many ms; negative numbers are faults, 'end' is its last. 'die' ends it untold. */
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { answerQuestions } from './conversation.ts';

if (workerData === 'stillborn') throw new Error('no such database');
answerQuestions<number | 'end' | 'die', number>('ready', {
  async answer(question) {
    if (question === 'die') return process.exit(1);
    if (question === 'end') throw new Error('no more');
    if (question < 0)
      throw Object.assign(new Error(`${question} is negative`), { code: '22003', detail: 'secret' });
    await sleep(question);
    return question;
  },
  isLast: (fault) => (fault as Error).message === 'no more',
  close: async () => {},
});
