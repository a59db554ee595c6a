import { HOUR, MINUTE } from './duration.ts';
import { type ListedKey, listedKeys } from './listed-keys.ts';
import { isLoopback } from './loopback.ts';
import { type OidcSettings, oidcSettings } from './oidc-settings.ts';
import type { SettingReader } from './setting.ts';

export interface AccessSettings {
  /** `unsaid` and `none`: whoever reaches the API may do everything; unsaid, that is this machine alone. */
  readonly authentication: 'unsaid' | 'none' | 'wanted';
  /** Keys of the settings, as they are now, beside those of the database; null: no keys at all. */
  readonly keys: (() => readonly ListedKey[]) | null;
  /** Tokens of an identity provider; null: none. */
  readonly oidc: OidcSettings | null;
  /** After which people sign in to the page again. */
  readonly sessionMs: number;
  /** Requests a minute; null: as many as come. */
  readonly limits: { readonly perAddress: number | null; readonly perKey: number | null };
  /** Whose X-Forwarded-For is believed: addresses and CIDRs. */
  readonly trustedProxies: readonly string[];
  /** A file, or standard output; null: nothing is recorded. */
  readonly auditLog: { readonly file: string } | 'stdout' | null;
}

const MOST = 1_000_000;
const KINDS = ['none', 'keys', 'oidc'] as const;

/** Who may ask the API, and how that is known. */
export function accessSettings(settings: SettingReader): AccessSettings {
  const kinds = settings.listOf('AUTH', KINDS, []);
  const listed = listedKeys(settings, 'API_KEYS');
  if (kinds.includes('none') && kinds.length > 1) {
    settings.problems.push('AUTH=none and other ways of authentication exclude each other');
  }
  if (listed !== null && !kinds.includes('keys')) {
    settings.problems.push('API_KEYS is set, and AUTH does not say keys');
  }
  const isOpen = kinds.length === 0 || kinds.includes('none');
  return {
    authentication: kinds.length === 0 ? 'unsaid' : isOpen ? 'none' : 'wanted',
    keys: kinds.includes('keys') ? (listed ?? (() => [])) : null,
    oidc: oidcSettings(settings, kinds.includes('oidc')),
    sessionMs: settings.integer('SESSION_MS', 8 * HOUR, MINUTE, 30 * 24 * HOUR),
    limits: {
      perAddress: settings.integer('RATE_LIMIT_PER_ADDRESS', 6_000, 0, MOST) || null,
      perKey: settings.integer('RATE_LIMIT_PER_KEY', 3_000, 0, MOST) || null,
    },
    trustedProxies: trustedProxies(settings),
    auditLog: auditLog(settings.text('AUDIT_LOG', null)),
  };
}

/** What stands against answering everybody who reaches this address; null where nothing does. */
export function openToOthers({ authentication }: AccessSettings, host: string): string | null {
  if (authentication !== 'unsaid' || isLoopback(host)) return null;
  return `HOST=${host} is reached from other machines, and AUTH says not who may ask: keys, oidc, or none where the network around decides`;
}

function trustedProxies(settings: SettingReader): readonly string[] {
  const text = settings.text('TRUSTED_PROXIES', null);
  const proxies = text?.split(',').map((each) => each.trim()) ?? [];
  if (proxies.every(isAddressRange)) return proxies;
  settings.problems.push(
    'TRUSTED_PROXIES must be addresses or ranges such as 10.1.0.0/16, separated by commas',
  );
  return [];
}

/** An address, or a range of them (RFC 4632 3.1, RFC 4291 2.3). */
function isAddressRange(text: string): boolean {
  const [, address, prefix] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (address === undefined) return false;
  const isV6 = address.includes(':');
  const fits = isV6
    ? URL.canParse(`http://[${address}]`)
    : URL.parse(`http://${address}`)?.hostname === address;
  return fits && Number(prefix ?? 0) <= (isV6 ? 128 : 32);
}

function auditLog(text: string | null): AccessSettings['auditLog'] {
  return text === null || text === 'stdout' ? text : { file: text };
}
