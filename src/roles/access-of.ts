import type { Access } from '../http/guard/access.ts';
import { apiKeyStore } from '../http/guard/api-key-store.ts';
import type { Authenticate } from '../http/guard/caller.ts';
import { issuedTokens } from '../http/guard/issued-tokens.ts';
import { openKeyDoor } from '../http/guard/key-door.ts';
import { keyHolder } from '../http/guard/key-ring.ts';
import { providerSignIn } from '../http/guard/provider-sign-in.ts';
import { sha256Of } from '../http/guard/secret-token.ts';
import { sessionStore } from '../http/guard/session-store.ts';
import type { Core } from './open-core.ts';

/** Who may ask, as the settings have it. */
export function accessOf({ config: { access }, database, events, record }: Core): Access {
  const { authentication, keys, oidc, limits, trustedProxies, sessionMs } = access;
  const holder = keys === null ? null : keyHolder(apiKeyStore(database).valid, keys);
  const byKey: Authenticate | null = holder && ((key) => holder(sha256Of(key)));
  const byToken = oidc === null ? null : issuedTokens(oidc, events.identityProviderFault);
  const byProvider =
    oidc === null || oidc.client === null || byToken === null
      ? null
      : providerSignIn(oidc.client, oidc, byToken, events.identityProviderFault);
  const sessions = sessionStore(database, { lifetimeMs: sessionMs, holder });
  return {
    authenticate: [byToken, byKey].filter((each) => each !== null),
    signIn: byKey === null && byProvider === null ? null : { sessions, byKey, byProvider },
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
