/** The threads of startDatabaseThread: one makes the database, one opens it and answers one statement after another. */
import { workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { answerQuestions } from '../../process/conversation.ts';
import type { DatabaseOrder, Statement } from './database-thread.ts';
import { createDurablePglite, openDurablePglite } from './durable-pglite.ts';
import { PostgresEnded } from './postgres-ended.ts';

const { path, create } = workerData as DatabaseOrder;
if (create) {
  await createDurablePglite(path);
  answerQuestions<Statement, never>(null, {
    answer: () => Promise.reject(new Error('this thread makes the database, no more')),
    close: async () => {},
  });
} else answerStatements(await openDurablePglite(path));

function answerStatements(pglite: PGlite): void {
  answerQuestions<Statement, readonly unknown[]>(null, {
    async answer({ text, parameters }) {
      if (parameters.length > 0) return (await pglite.query(text, [...parameters])).rows;
      return (await pglite.exec(text)).flatMap((result) => result.rows);
    },
    isLast: (fault) => fault instanceof PostgresEnded,
    close: () => pglite.close(),
  });
}
