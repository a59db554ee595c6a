import { SCOPES, type Scope } from '../domain/scope.ts';
import { MINUTE, SECOND } from './duration.ts';
import { isLoopback } from './loopback.ts';
import type { SettingReader } from './setting.ts';

/** What an identity provider has to put into a token, and where its keys are. */
export interface OidcSettings {
  /** As `iss` has it, to the letter. */
  readonly issuer: string;
  readonly audience: string;
  /** Null: where the provider's own configuration says. */
  readonly jwksUrl: string | null;
  readonly algorithms: readonly Algorithm[];
  readonly clockSkewMs: number;
  /** Names of a claim, and of those within it. */
  readonly claim: readonly string[];
  /** Values of that claim, by the scope that each gives. */
  readonly values: Readonly<Record<Scope, readonly string[]>>;
  /** How people sign in to the page there; null: they do not. */
  readonly client: OidcClient | null;
}

/** This service as the provider knows it. */
interface OidcClient {
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: (() => string) | null;
  readonly redirectUrl: string;
  /** Scopes, separated by spaces. */
  readonly askedFor: string;
}

const CALLBACK_PATH = '/page/oidc/callback';

/** Those with a public key: a shared secret would let whoever checks tokens make them (RFC 8725 3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
type Algorithm = (typeof ALGORITHMS)[number];

const SAME_NAMES = SCOPES.map((scope) => `${scope}=${scope}`).join(',');

/** OpenID Connect; null where `wanted` is false. */
export function oidcSettings(settings: SettingReader, wanted: boolean): OidcSettings | null {
  const issuer = settings.text('OIDC_ISSUER', null);
  const audience = settings.text('OIDC_AUDIENCE', null);
  const jwksUrl = settings.text('OIDC_JWKS_URL', null);
  const algorithms = settings.listOf('OIDC_ALGORITHMS', ALGORITHMS, ['RS256', 'PS256', 'ES256', 'EdDSA']);
  const clockSkewMs = settings.integer('OIDC_CLOCK_SKEW_MS', 30 * SECOND, 0, 5 * MINUTE);
  const claim = settings.text('OIDC_SCOPE_CLAIM', 'scope').split('.');
  const values = scopeValues(settings.text('OIDC_SCOPES', SAME_NAMES));
  const client = oidcClient(settings);
  const need = (name: string, holds: boolean, expected: string) => {
    if (!holds) settings.problems.push(`${name} must be ${expected}`);
  };
  if (!wanted) {
    if (issuer !== null) settings.problems.push('OIDC_ISSUER is set, and AUTH does not say oidc');
    if (client !== null) settings.problems.push('OIDC_CLIENT_ID is set, and AUTH does not say oidc');
    return null;
  }
  const url = 'an https URL (http on loopback alone), such as https://login.example/realms/hospital';
  need('OIDC_ISSUER', issuer !== null && isTrustworthy(issuer), url);
  need('OIDC_AUDIENCE', audience !== null, 'what the provider puts into aud for this service');
  need('OIDC_JWKS_URL', jwksUrl === null || isTrustworthy(jwksUrl), url);
  need('OIDC_SCOPES', values !== null, 'a list such as read=VALUE,analyze=VALUE,admin=VALUE');
  return {
    issuer: issuer ?? '',
    audience: audience ?? '',
    jwksUrl,
    algorithms,
    clockSkewMs,
    claim,
    values: values ?? { read: [], analyze: [], admin: [] },
    client,
  };
}

function oidcClient(settings: SettingReader): OidcClient | null {
  const clientId = settings.text('OIDC_CLIENT_ID', null);
  const secret = settings.secret('OIDC_CLIENT_SECRET');
  const redirectUrl = settings.text('OIDC_REDIRECT_URL', null);
  const askedFor = settings.text('OIDC_ASK_FOR', 'openid profile');
  if (clientId === null) {
    if (secret !== null || redirectUrl !== null) {
      settings.problems.push('OIDC_CLIENT_SECRET or OIDC_REDIRECT_URL is set, and OIDC_CLIENT_ID is not');
    }
    return null;
  }
  const isOurs = redirectUrl !== null && isTrustworthy(redirectUrl) && redirectUrl.endsWith(CALLBACK_PATH);
  if (!isOurs) {
    const example = `https://spinegrade.example${CALLBACK_PATH}`;
    settings.problems.push(`OIDC_REDIRECT_URL must be the page as browsers reach it, such as ${example}`);
  }
  if (!askedFor.split(' ').includes('openid')) settings.problems.push('OIDC_ASK_FOR must have openid in it');
  return {
    clientId,
    clientSecret: secret && (() => secret.reveal()),
    redirectUrl: redirectUrl ?? '',
    askedFor,
  };
}

/** Keys that came in the clear could be anybody's. */
function isTrustworthy(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** `scope=value` pairs, a scope as often as values give it; null where one is none. */
function scopeValues(text: string): OidcSettings['values'] | null {
  const values: Record<Scope, string[]> = { read: [], analyze: [], admin: [] };
  for (const pair of text.split(',')) {
    const [, name, value] = /^\s*(\w+)=(\S+)\s*$/.exec(pair) ?? [];
    const scope = SCOPES.find((each) => each === name);
    if (scope === undefined || value === undefined) return null;
    values[scope].push(value);
  }
  return values;
}
