import type { Authenticate } from './caller.ts';
import type { ProviderSignIn } from './provider-sign-in.ts';
import type { Sessions } from './session-store.ts';

/** How people sign in to the page; one way at least. */
export interface SignIn {
  readonly sessions: Sessions;
  /** By a key of this installation. */
  readonly byKey: Authenticate | null;
  /** At the identity provider. */
  readonly byProvider: ProviderSignIn | null;
}
