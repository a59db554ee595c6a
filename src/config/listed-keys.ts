import { parseScopes, type Scope } from '../domain/scope.ts';
import type { SettingReader } from './setting.ts';

/** A key that the settings name. */
export interface ListedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly token: string;
}

const NAME = /^[a-zA-Z0-9][\w.@-]{0,63}$/;
/** Characters of a Bearer token (RFC 6750 2.1); 32 of base64 are 192 bits, of hex 128. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{32,512}=*$/;

/**
 * The keys of a secret with one a line, `NAME SCOPES KEY`, empty lines and those that begin with # left out. Read again
 * when its file changes; where that has become unusable, the last usable ones hold. Null where it is not set.
 */
export function listedKeys(settings: SettingReader, name: string): (() => readonly ListedKey[]) | null {
  const secret = settings.secret(name);
  if (secret === null) return null;
  let text = secret.reveal();
  let keys = parseKeys(text);
  if (keys === null) {
    settings.problems.push(
      `${name} must have a line NAME SCOPES KEY for each key: different names, scopes of read,analyze,admin, keys of 32 characters or more`,
    );
  }
  return () => {
    const now = secret.reveal();
    if (now !== text) {
      text = now;
      keys = parseKeys(text) ?? keys;
    }
    return keys ?? [];
  };
}

function parseKeys(text: string): readonly ListedKey[] | null {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseKey);
  const usable = keys.filter((key) => key !== null);
  const distinct = new Set(usable.map(({ name }) => name)).size;
  return usable.length === keys.length && distinct === keys.length ? usable : null;
}

function parseKey(line: string): ListedKey | null {
  const [name = '', scopesText = '', token = '', ...more] = line.split(/\s+/);
  const scopes = parseScopes(scopesText);
  if (!NAME.test(name) || scopes === null || !TOKEN.test(token) || more.length > 0) return null;
  return { name, scopes, token };
}
