import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ConfigError } from '../../config/config-error.ts';
import { databaseSettings } from '../../config/database-settings.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { settingReader } from '../../config/setting.ts';
import { openDatabase } from '../../database/open-database.ts';
import { type ApiKey, ApiKeyError, type ApiKeyOffice } from '../../http/guard/api-key.ts';
import { apiKeyStore } from '../../http/guard/api-key-store.ts';
import { type KeyAnswer, type KeyQuestion, keySocket } from '../../http/guard/key-door.ts';
import { ownerConnection } from '../owner-connection.ts';

/**
 * Asks whoever has the keys: the PostgreSQL of the settings, the process that owns the embedded database, or where none
 * runs that database itself.
 */
export async function withKeyOffice<Result>(ask: (office: ApiKeyOffice) => Promise<Result>): Promise<Result> {
  const settings = settingReader(fileEnvironment());
  const { dataDir, databaseUrl } = databaseSettings(settings);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  const door = databaseUrl === null ? await ownerConnection(keySocket(dataDir)) : null;
  if (door !== null) {
    try {
      return await ask(officeBehind(door));
    } finally {
      door.destroy();
    }
  }
  const onFault = () => undefined;
  const database = await openDatabase({ dataDir, databaseUrl: databaseUrl?.reveal() ?? null, onFault });
  try {
    return await ask(apiKeyStore(database));
  } finally {
    await database.close();
  }
}

/** One question a connection. */
function officeBehind(door: Socket): ApiKeyOffice {
  const asked = async (question: KeyQuestion): Promise<unknown> => {
    door.write(`${JSON.stringify(question)}\n`);
    for await (const line of createInterface(door)) {
      const answer = JSON.parse(line) as KeyAnswer;
      if ('fault' in answer) throw new ApiKeyError(answer.fault);
      return answer.said;
    }
    throw new ApiKeyError('the service ended before it had answered');
  };
  return {
    async create({ name, scopes, expiresAt }, by) {
      const key = { name, scopes, expiresAt: expiresAt?.toISOString() ?? null };
      const made = (await asked({ ask: 'create', key, by })) as { key: SentKey; token: string };
      return { key: keyOf(made.key), token: made.token };
    },
    list: async () => ((await asked({ ask: 'list' })) as SentKey[]).map(keyOf),
    revoke: async (which, by) => keyOf((await asked({ ask: 'revoke', which, by })) as SentKey),
  };
}

/** Times as JSON has them. */
type SentKey = {
  readonly [Name in keyof ApiKey]: ApiKey[Name] extends Date | null ? string | null : ApiKey[Name];
};

function keyOf({ createdAt, expiresAt, revokedAt, ...key }: SentKey): ApiKey {
  const time = (text: string | null) => (text === null ? null : new Date(text));
  return { ...key, createdAt: new Date(createdAt!), expiresAt: time(expiresAt), revokedAt: time(revokedAt) };
}
