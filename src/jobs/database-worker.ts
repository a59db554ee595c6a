/** The thread of startDatabaseThread: opens the database and answers one statement after another. */
import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../threads/conversation.ts';
import type { Statement } from './database-thread.ts';
import { openDurablePglite } from './durable-pglite.ts';

const pglite = await openDurablePglite(workerData as string);
answerQuestions<Statement, readonly unknown[]>(null, {
  async answer({ text, parameters }) {
    if (parameters.length > 0) return (await pglite.query(text, [...parameters])).rows;
    return (await pglite.exec(text)).flatMap((result) => result.rows);
  },
  close: () => pglite.close(),
});
