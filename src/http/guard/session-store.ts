import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/sql.ts';
import type { Caller } from './caller.ts';
import type { KeyHolder } from './key-ring.ts';
import { sha256Of } from './secret-token.ts';

const SECRET_BYTES = 32;

export interface OpenedSession {
  /** For the cookie; of which the database has a hash alone. */
  readonly secret: string;
  readonly endsAt: Date;
}

/** Who has signed in to the page, and for how long. */
export interface Sessions {
  /** @param keySha256 of the key that the session stands for, and ends with; null where it is none. */
  open(caller: Caller, keySha256: string | null): Promise<OpenedSession>;
  /** Whose the session is, with what that may just now; null once it has ended. */
  find(secret: string): Promise<Caller | null>;
  end(secret: string): Promise<void>;
}

/** Sessions in the ledger's database: every process of the API knows them. Ends are judged by the database's clock. */
export function sessionStore(
  database: Pick<Database, 'query'>,
  { lifetimeMs, holder }: { readonly lifetimeMs: number; readonly holder: KeyHolder | null },
): Sessions {
  return {
    async open({ kind, id, name, scopes }, keySha256) {
      await database.query('DELETE FROM spinegrade.session WHERE ends_at <= now()');
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const { rows } = await database.query<{ endsAt: Date }>(
        `INSERT INTO spinegrade.session (sha256, key_sha256, kind, caller_id, caller_name, scopes, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7::float8)) RETURNING ends_at AS "endsAt"`,
        [sha256Of(secret), keySha256, kind, id, name, JSON.stringify(scopes), lifetimeMs / 1000],
      );
      return { secret, endsAt: rows[0]!.endsAt };
    },
    async find(secret) {
      const { rows } = await database.query<Caller & { readonly keySha256: string | null }>(
        `SELECT key_sha256 AS "keySha256", kind, caller_id AS id, caller_name AS name, scopes
         FROM spinegrade.session WHERE sha256 = $1 AND ends_at > now()`,
        [sha256Of(secret)],
      );
      const [row] = rows;
      if (row === undefined) return null;
      const { keySha256, ...caller } = row;
      if (caller.kind !== 'key') return caller;
      return keySha256 === null || holder === null ? null : holder(keySha256);
    },
    async end(secret) {
      await database.query('DELETE FROM spinegrade.session WHERE sha256 = $1', [sha256Of(secret)]);
    },
  };
}
