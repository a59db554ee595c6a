/** A thread that says back what it is told, after as many ms; negative numbers are faults, 'die' ends it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { answerQuestions } from './conversation.ts';

if (workerData === 'stillborn') throw new Error('no such database');
answerQuestions<number | 'die', number>('ready', {
  async answer(question) {
    if (question === 'die') return process.exit(1);
    if (question < 0)
      throw Object.assign(new Error(`${question} is negative`), { code: '22003', detail: 'secret' });
    await sleep(question);
    return question;
  },
  close: async () => {},
});
