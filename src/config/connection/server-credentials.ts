import { isLoopback } from '../loopback.ts';
import type { Secret, SettingReader } from '../setting.ts';
import { type BasicOrBearer, basicOrBearer } from './basic-or-bearer.ts';

export type ServerCredentials =
  | BasicOrBearer
  | {
      readonly kind: 'oauth2';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly scope: string | null;
      readonly audience: string | null;
    };

/**
 * A token, a name and a password, a client of an authorization server, or none. Those from a file are what the file holds
 * whenever they are revealed.
 */
export function serverCredentials(settings: SettingReader, prefix: string): ServerCredentials {
  const known = basicOrBearer(settings, prefix);
  const oauth = oauthCredentials(settings, prefix);
  if (oauth !== null && known !== null) {
    settings.problems.push(
      `${prefix}_OAUTH_TOKEN_URL excludes ${prefix}_TOKEN and ${prefix}_USERNAME/${prefix}_PASSWORD`,
    );
  }
  return oauth ?? known ?? { kind: 'none' };
}

/** Client credentials (RFC 6749 4.4); null where no token endpoint is set. */
function oauthCredentials(settings: SettingReader, prefix: string): ServerCredentials | null {
  const tokenUrl = settings.text(`${prefix}_OAUTH_TOKEN_URL`, null);
  const clientId = settings.text(`${prefix}_OAUTH_CLIENT_ID`, null);
  const clientSecret = settings.secret(`${prefix}_OAUTH_CLIENT_SECRET`);
  const scope = settings.text(`${prefix}_OAUTH_SCOPE`, null);
  const audience = settings.text(`${prefix}_OAUTH_AUDIENCE`, null);
  if (tokenUrl === null) {
    if ([clientId, clientSecret, scope, audience].some((each) => each !== null)) {
      settings.problems.push(`${prefix}_OAUTH_… is set, and ${prefix}_OAUTH_TOKEN_URL is not`);
    }
    return null;
  }
  if (!isTrustworthy(tokenUrl)) {
    settings.problems.push(
      `${prefix}_OAUTH_TOKEN_URL must be an https URL (http on loopback alone), such as https://login.example/oauth2/token`,
    );
  }
  if (clientId === null || clientSecret === null) {
    settings.problems.push(
      `${prefix}_OAUTH_TOKEN_URL needs ${prefix}_OAUTH_CLIENT_ID and ${prefix}_OAUTH_CLIENT_SECRET`,
    );
    return { kind: 'none' };
  }
  return { kind: 'oauth2', tokenUrl, clientId, clientSecret, scope, audience };
}

/** A secret goes there. */
function isTrustworthy(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
