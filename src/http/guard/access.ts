import type { AuditEvent } from '../../audit/audit-log.ts';
import type { Authenticate } from './caller.ts';
import type { SignIn } from './sign-in.ts';

/** Requests a minute; null: as many as come. */
export interface RateLimits {
  readonly perAddress: number | null;
  readonly perKey: number | null;
}

/** Who may do what. */
export interface Access {
  /** In order; none of them: whoever reaches the API may do everything. */
  readonly authenticate: readonly Authenticate[];
  /** How people sign in to the page; null where nobody has to, or can. */
  readonly signIn: SignIn | null;
  /** Where only programs of this machine ask: by its names, and no page of a site. */
  readonly localOnly: boolean;
  readonly limits: RateLimits;
  /** Whose X-Forwarded-For is believed, as express has `trust proxy`; empty: nobody's. */
  readonly trustedProxies: readonly string[];
  /** Hears who asked for what, and with what result. */
  readonly record: (event: AuditEvent) => void;
}

/** Whoever reaches the API may do everything. */
export const OPEN_ACCESS: Access = {
  authenticate: [],
  signIn: null,
  localOnly: false,
  limits: { perAddress: null, perKey: null },
  trustedProxies: [],
  record: () => undefined,
};
