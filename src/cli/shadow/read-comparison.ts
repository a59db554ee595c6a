import { databaseSettings } from '../../config/database-settings.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { settingReader } from '../../config/setting.ts';
import { openPostgres } from '../../database/postgres-database.ts';
import { Fault } from '../../domain/fault.ts';
import { type ShadowComparison, shadowComparison } from '../../shadow/shadow-comparison.ts';
import { shadowStore } from '../../shadow/shadow-store.ts';

/** Nothing answers with a comparison; the message says what was asked. */
export class ShadowSourceError extends Error {}

const ANSWER_LIMIT_MS = 60_000;
/** A relation that does not exist (PostgreSQL's appendix A). */
const NO_SUCH_TABLE = '42P01';

/**
 * The comparison, from where it can be had: the service at `url`, the PostgreSQL of the settings, or the service that the
 * settings start, which owns its database.
 * @throws ShadowSourceError
 */
export async function readComparison(
  since: Date,
  url: string | null,
  key: string | null,
): Promise<ShadowComparison> {
  if (url !== null) return askService(url, since, key);
  const settings = settingReader(fileEnvironment());
  const { databaseUrl } = databaseSettings(settings);
  const host = settings.text('HOST', '127.0.0.1');
  const port = settings.integer('PORT', 8080, 0, 65_535);
  if (settings.problems.length > 0) throw new ShadowSourceError(settings.problems.join('; '));
  if (databaseUrl !== null) return readPostgres(databaseUrl.reveal(), since);
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return askService(`http://${address.includes(':') ? `[${address}]` : address}:${port}`, since, key);
}

async function readPostgres(databaseUrl: string, since: Date): Promise<ShadowComparison> {
  try {
    const database = await openPostgres(databaseUrl, () => undefined);
    try {
      return await shadowComparison(shadowStore(database), since);
    } finally {
      await database.close();
    }
  } catch (cause) {
    if (cause instanceof Fault) throw new ShadowSourceError(cause.message, { cause });
    if (cause instanceof Error && 'code' in cause && cause.code === NO_SUCH_TABLE) {
      const words = 'the database has no comparisons: its tables are of an earlier version (cli migrate)';
      throw new ShadowSourceError(words, { cause });
    }
    throw cause;
  }
}

async function askService(root: string, since: Date, key: string | null): Promise<ShadowComparison> {
  const asked = URL.canParse(root) ? new URL('shadow', root.endsWith('/') ? root : `${root}/`) : null;
  if (asked === null) throw new ShadowSourceError(`${root} is not an address`);
  asked.searchParams.set('since', since.toISOString());
  const headers: Record<string, string> = key === null ? {} : { Authorization: `Bearer ${key}` };
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const answer = await fetch(asked, { headers, signal }).catch((cause) => {
    throw new ShadowSourceError(`no service answers at ${root}: start it, or name another with --url`, {
      cause,
    });
  });
  const body = (await answer.json().catch(() => null)) as (ShadowComparison & { detail?: string }) | null;
  if (answer.ok && Array.isArray(body?.pairs)) return body;
  const words = body?.detail === undefined ? '' : `: ${body.detail}`;
  throw new ShadowSourceError(`${asked.origin}${asked.pathname} answers with ${answer.status}${words}`);
}
