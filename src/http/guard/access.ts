import type { AuditEvent } from '../../audit/audit-log.ts';
import type { Scope } from '../../domain/scope.ts';

/** Who asks. */
export interface Caller {
  readonly kind: 'anyone' | 'key' | 'token';
  /** Of a key its id, of a token its subject; empty of anyone. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Whose a token is; null where it is nobody's that is known. Rejects where that cannot be told just now. */
export type Authenticate = (token: string) => Promise<Caller | null>;

/** Requests a minute; null: as many as come. */
export interface RateLimits {
  readonly perAddress: number | null;
  readonly perKey: number | null;
}

/** Who may do what. */
export interface Access {
  /** In order; none of them: whoever reaches the API may do everything. */
  readonly authenticate: readonly Authenticate[];
  /** Where only programs of this machine ask: by its names, and no page of a site. */
  readonly localOnly: boolean;
  readonly limits: RateLimits;
  /** Whose X-Forwarded-For is believed, as express has `trust proxy`; empty: nobody's. */
  readonly trustedProxies: readonly string[];
  /** Hears who asked for what, and with what result. */
  readonly record: (event: AuditEvent) => void;
}

export const ANYONE: Caller = { kind: 'anyone', id: '', name: '', scopes: [] };

/** Whoever reaches the API may do everything. */
export const OPEN_ACCESS: Access = {
  authenticate: [],
  localOnly: false,
  limits: { perAddress: null, perKey: null },
  trustedProxies: [],
  record: () => undefined,
};
