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
}

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
  };
}

/** What stands against answering everybody who reaches this address; null where nothing does. */
export function openToOthers({ authentication }: AccessSettings, host: string): string | null {
  if (authentication !== 'unsaid' || isLoopback(host)) return null;
  return `HOST=${host} is reached from other machines, and AUTH says not who may ask: keys, oidc, or none where the network around decides`;
}
