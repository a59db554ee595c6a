import type { Config } from '../config/config.ts';
import { firstEnd, lastEnd } from '../config/connection/pem-certificates.ts';
import type { Database } from '../database/sql.ts';
import { apiKeyStore } from '../http/guard/api-key-store.ts';
import type { Credentials } from '../observe/metrics/credential-metrics.ts';

/** When certificates of the settings and keys of the database end, as they are whenever that is asked. */
export function endsOfCredentials(config: Config, database: Database): Credentials {
  const { pacs, worklist, model, http, access, databaseClientCertificate } = config;
  const shown = (pem: () => string | undefined) => () => endOr(firstEnd, pem());
  const authorities = (pem: () => string | undefined) => () => endOr(lastEnd, pem());
  return {
    certificates: {
      PACS_CLIENT_CERT: shown(() => pacs.tls?.now().cert),
      PACS_CA: authorities(() => pacs.tls?.now().ca),
      WORKLIST_CLIENT_CERT: shown(() => worklist?.tls?.now().cert),
      WORKLIST_CA: authorities(() => worklist?.tls?.now().ca),
      INFERENCE_CA: authorities(() => model.inference?.ca ?? undefined),
      TLS_CLIENT_CA: authorities(() => http.tls?.clientAuthorities?.()),
      DATABASE_URL: shown(() => databaseClientCertificate?.now()),
    },
    firstKeyEnd: () => (access.keys === null ? Promise.resolve(null) : apiKeyStore(database).firstEnd()),
  };
}

function endOr(end: typeof firstEnd, pem: string | undefined): Date | null {
  return pem === undefined ? null : end(pem);
}
