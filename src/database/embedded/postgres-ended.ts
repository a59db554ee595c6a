/** PostgreSQL in WebAssembly has come to its end: nothing can be asked of it any more. What it answered is in its files. */
export class PostgresEnded extends Error {
  override readonly name = 'PostgresEnded';
  /** The system's code, where its words tell that there was no room; an SQLSTATE is not told any more. */
  readonly code: 'ENOSPC' | null;
  constructor(words: string, cause: unknown) {
    super(words, { cause });
    this.code = NO_ROOM.test(words) ? 'ENOSPC' : null;
  }
}

/** Of the C library that PostgreSQL is compiled with: for ENOSPC and EDQUOT. */
const NO_ROOM = /No space left on device|Quota exceeded/;

/** How PostgreSQL's jump back into its main loop, after an ERROR, leaves WebAssembly (pglite.ts, POSTGRES_MAIN_LONGJMP). */
const BACK_TO_MAIN_LOOP = 100;

/** What PGlite calls around a statement. */
const CALLED = [
  '_PostgresMainLoopOnce',
  '_PostgresMainLongJmp',
  '_PostgresSendReadyForQueryIfNecessary',
  '_pgl_pq_flush',
  'stackRestore',
] as const;

/** The part of Emscripten's module that runs statements. */
export type RunsStatements = Record<(typeof CALLED)[number], (...given: number[]) => unknown>;

/**
 * PGlite takes whatever is thrown out of PostgreSQL for the end of one statement and lets the rest of it run on: a
 * PostgreSQL that has stopped in the middle of a commit (PANIC) goes on with that commit, the fault told is whatever
 * comes of it, and of a trap nothing is told. Here the first exception but PostgreSQL's own jump is the end: nothing of
 * it runs afterwards, and every statement rejects with PostgresEnded.
 * @param lastWords what PostgreSQL wrote of its end, where it did.
 */
export function endWithFirstTrap(module: RunsStatements, lastWords: () => string | null): void {
  let ended: PostgresEnded | null = null;
  for (const name of CALLED) {
    const call = module[name].bind(module);
    module[name] = (...given) => {
      if (ended !== null) throw ended;
      try {
        return call(...given);
      } catch (cause) {
        if ((cause as { readonly status?: unknown }).status === BACK_TO_MAIN_LOOP) throw cause;
        ended = new PostgresEnded(lastWords() ?? (cause as Error).message, cause);
        throw ended;
      }
    };
  }
}
