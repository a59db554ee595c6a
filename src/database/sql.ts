/** Runs statements. Parameters are $1, $2 …; without parameters the text may hold several statements. */
export interface Sql {
  query<Row = Record<string, unknown>>(
    text: string,
    parameters?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}

/** The one database of the process: the ledger's and the queue's. */
export interface Database extends Sql {
  /** `embedded` is owned by this process alone; `postgresql` may be shared by several. */
  readonly kind: 'embedded' | 'postgresql';
  /**
   * Runs `run` in one transaction; a rejection rolls it back. Within `run` use only the given Sql: the embedded
   * database has one session, and a statement sent around the transaction would wait for its end.
   */
  transaction<Result>(run: (sql: Sql) => Promise<Result>): Promise<Result>;
  /**
   * Copies an embedded database into `folder`/database as it is between two statements, which wait meanwhile. Null of a
   * PostgreSQL, which brings its own tools. @throws Error where that exists already
   */
  readonly copyTo: ((folder: string) => Promise<void>) | null;
  /** False when the embedded database has hung for so long that only a new process can help. */
  alive(): boolean;
  close(): Promise<void>;
}
