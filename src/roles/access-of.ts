import type { Access } from '../http/guard/access.ts';
import { apiKeyStore } from '../http/guard/api-key-store.ts';
import { issuedTokens } from '../http/guard/issued-tokens.ts';
import { openKeyDoor } from '../http/guard/key-door.ts';
import { keyRing } from '../http/guard/key-ring.ts';
import type { Core } from './open-core.ts';

/** Who may ask, as the settings have it. */
export function accessOf({ config: { access }, database, events, record }: Core): Access {
  const { authentication, keys, oidc, limits, trustedProxies } = access;
  return {
    authenticate: [
      ...(oidc === null ? [] : [issuedTokens(oidc, events.identityProviderFault)]),
      ...(keys === null ? [] : [keyRing(apiKeyStore(database).valid, keys)]),
    ],
    localOnly: authentication === 'unsaid',
    limits,
    trustedProxies,
    record,
  };
}

/** An embedded database is this process's alone: who makes keys meanwhile asks it. */
export async function openKeys({ config, database, closing }: Core): Promise<void> {
  if (database.kind !== 'embedded') return;
  const door = await openKeyDoor(config.dataDir, apiKeyStore(database));
  closing.add(() => door.close());
}
