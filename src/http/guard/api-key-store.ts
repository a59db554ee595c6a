import type { Database, Sql } from '../../database/sql.ts';
import { type ApiKey, ApiKeyError, type ApiKeyOffice } from './api-key.ts';
import { newToken, sha256Of } from './secret-token.ts';

const COLUMNS = `id, name, scopes, created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

/** The keys in the ledger's database. What is changed is noted for the audit log with the change itself. */
export function apiKeyStore(database: Pick<Database, 'query' | 'transaction'>): ApiKeyOffice & {
  /** Those not revoked, by the SHA-256 of the key. */
  valid(): Promise<ReadonlyMap<string, ApiKey>>;
  /** When the next key ends that opens now. What was made for a few weeks is meant to end, and does not count. */
  firstEnd(): Promise<Date | null>;
} {
  return {
    create: ({ name, scopes, expiresAt }, by) =>
      database.transaction(async (sql) => {
        const { id, token } = newToken();
        const { rows } = await sql.query<ApiKey>(
          `INSERT INTO spinegrade.api_key (id, name, sha256, scopes, expires_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING RETURNING ${COLUMNS}`,
          [id, name, sha256Of(token), JSON.stringify(scopes), expiresAt?.toISOString() ?? null],
        );
        const key = rows[0];
        if (key === undefined) throw new ApiKeyError(`there is a key named ${name} already: revoke it first`);
        await note(sql, 'create', key, by);
        return { key, token };
      }),
    async list() {
      const { rows } = await database.query<ApiKey>(
        `SELECT ${COLUMNS} FROM spinegrade.api_key ORDER BY created_at DESC, id`,
      );
      return rows;
    },
    revoke: (which, by) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<ApiKey>(
          `UPDATE spinegrade.api_key SET revoked_at = now() WHERE (name = $1 OR id = $1) AND revoked_at IS NULL
           RETURNING ${COLUMNS}`,
          [which],
        );
        const key = rows[0];
        if (key === undefined) throw new ApiKeyError(`there is no key named ${which} that is not revoked`);
        await note(sql, 'revoke', key, by);
        return key;
      }),
    async valid() {
      const { rows } = await database.query<ApiKey & { sha256: string }>(
        `SELECT sha256, ${COLUMNS} FROM spinegrade.api_key WHERE revoked_at IS NULL`,
      );
      return new Map(rows.map(({ sha256, ...key }) => [sha256, key]));
    },
    async firstEnd() {
      const { rows } = await database.query<{ readonly end: Date | null }>(
        `SELECT min(expires_at) AS "end" FROM spinegrade.api_key
         WHERE revoked_at IS NULL AND expires_at > now() AND expires_at - created_at > interval '30 days'`,
      );
      return rows[0]?.end ?? null;
    },
  };
}

async function note(sql: Sql, change: 'create' | 'revoke', key: ApiKey, by: string): Promise<void> {
  await sql.query(
    `INSERT INTO spinegrade.api_key_change (change, key_id, key_name, scopes, made_by) VALUES ($1, $2, $3, $4, $5)`,
    [change, key.id, key.name, JSON.stringify(key.scopes), by],
  );
}
