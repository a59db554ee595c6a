import type { JsonSchema } from './json-schema.ts';

/** Values that are right each by itself and wrong together: what is as in `when` must be as in `must`. */
export interface Contradiction {
  readonly words: string;
  readonly when: JsonSchema;
  readonly must: JsonSchema;
}

/** The value at a path of names such as `all.replicas`. */
const at = (path: string, schema: JsonSchema): JsonSchema =>
  path
    .split('.')
    .reduceRight<JsonSchema>((inner, name) => ({ required: [name], properties: { [name]: inner } }), schema);
const is = (path: string, value: unknown) => at(path, { const: value });
const isSet = (path: string) => at(path, { minLength: 1 });
const isEmpty = (path: string) => at(path, { const: '' });
const all = (...schemas: JsonSchema[]): JsonSchema => ({ allOf: schemas });
const any = (...schemas: JsonSchema[]): JsonSchema => ({ anyOf: schemas });
const not = (schema: JsonSchema): JsonSchema => ({ not: schema });

/** Settings of one server, by their prefix. */
const ofConnection = (prefix: 'PACS' | 'WORKLIST'): readonly Contradiction[] => [
  {
    words: `\`secrets.${prefix}_TOKEN.name\` beside \`settings.${prefix}_USERNAME\` or \`secrets.${prefix}_PASSWORD.name\`.`,
    when: isSet(`secrets.${prefix}_TOKEN.name`),
    must: all(isEmpty(`settings.${prefix}_USERNAME`), isEmpty(`secrets.${prefix}_PASSWORD.name`)),
  },
  {
    words: `\`settings.${prefix}_USERNAME\` without \`secrets.${prefix}_PASSWORD.name\`.`,
    when: isSet(`settings.${prefix}_USERNAME`),
    must: isSet(`secrets.${prefix}_PASSWORD.name`),
  },
  {
    words: `\`secrets.${prefix}_PASSWORD.name\` without \`settings.${prefix}_USERNAME\`.`,
    when: isSet(`secrets.${prefix}_PASSWORD.name`),
    must: isSet(`settings.${prefix}_USERNAME`),
  },
  {
    words: `\`settings.${prefix}_OAUTH_TOKEN_URL\` without \`settings.${prefix}_OAUTH_CLIENT_ID\` and \`secrets.${prefix}_OAUTH_CLIENT_SECRET.name\`, or beside other credentials.`,
    when: isSet(`settings.${prefix}_OAUTH_TOKEN_URL`),
    must: all(
      isSet(`settings.${prefix}_OAUTH_CLIENT_ID`),
      isSet(`secrets.${prefix}_OAUTH_CLIENT_SECRET.name`),
      isEmpty(`settings.${prefix}_USERNAME`),
      isEmpty(`secrets.${prefix}_TOKEN.name`),
    ),
  },
  {
    words: `\`secrets.${prefix}_CLIENT_CERT.name\` without \`secrets.${prefix}_CLIENT_KEY.name\`.`,
    when: isSet(`secrets.${prefix}_CLIENT_CERT.name`),
    must: isSet(`secrets.${prefix}_CLIENT_KEY.name`),
  },
  {
    words: `\`secrets.${prefix}_CLIENT_KEY.name\` without \`secrets.${prefix}_CLIENT_CERT.name\`.`,
    when: isSet(`secrets.${prefix}_CLIENT_KEY.name`),
    must: isSet(`secrets.${prefix}_CLIENT_CERT.name`),
  },
];

export const CONTRADICTIONS: readonly Contradiction[] = [
  {
    words: '`mode: split` without `secrets.DATABASE_URL.name`: roles share a PostgreSQL.',
    when: is('mode', 'split'),
    must: isSet('secrets.DATABASE_URL.name'),
  },
  {
    words:
      '`all.replicas` above 1 without `secrets.DATABASE_URL.name`: one process owns the embedded database.',
    when: all(is('mode', 'all'), isEmpty('secrets.DATABASE_URL.name')),
    must: at('all.replicas', { maximum: 1 }),
  },
  ...ofConnection('PACS'),
  ...ofConnection('WORKLIST'),
  {
    words: '`secrets.API_KEYS.name` while `settings.AUTH` does not say keys.',
    when: isSet('secrets.API_KEYS.name'),
    must: at('settings.AUTH', { pattern: 'keys' }),
  },
  {
    words: '`settings.AUTH` with oidc, and no `settings.OIDC_ISSUER` and `settings.OIDC_AUDIENCE`.',
    when: at('settings.AUTH', { pattern: 'oidc' }),
    must: all(isSet('settings.OIDC_ISSUER'), isSet('settings.OIDC_AUDIENCE')),
  },
  {
    words: '`secrets.TLS_CERT.name` without `secrets.TLS_KEY.name`.',
    when: isSet('secrets.TLS_CERT.name'),
    must: isSet('secrets.TLS_KEY.name'),
  },
  {
    words: '`secrets.TLS_KEY.name` or `secrets.TLS_CLIENT_CA.name` without `secrets.TLS_CERT.name`.',
    when: any(isSet('secrets.TLS_KEY.name'), isSet('secrets.TLS_CLIENT_CA.name')),
    must: isSet('secrets.TLS_CERT.name'),
  },
  {
    words: '`extraCa.configMap` beside `extraCa.secret`.',
    when: isSet('extraCa.configMap'),
    must: isEmpty('extraCa.secret'),
  },
  {
    words: '`modelPack.source: volume` without `modelPack.volume.claimName`.',
    when: is('modelPack.source', 'volume'),
    must: isSet('modelPack.volume.claimName'),
  },
  {
    words: '`modelPack.source: oci` without `modelPack.oci.reference`.',
    when: is('modelPack.source', 'oci'),
    must: isSet('modelPack.oci.reference'),
  },
  {
    words: '`modelPack.source: http` without `modelPack.http.url` and `modelPack.http.sha256`.',
    when: is('modelPack.source', 'http'),
    must: all(isSet('modelPack.http.url'), isSet('modelPack.http.sha256')),
  },
  {
    words:
      '`watcher.settings.WATCH: false`: a watcher that does not watch. `settings.WATCH` leaves watchers out.',
    when: at('watcher.settings.WATCH', {}),
    must: is('watcher.settings.WATCH', true),
  },
  {
    words: '`worker.autoscaling.kind` other than none in `mode: all`.',
    when: not(is('worker.autoscaling.kind', 'none')),
    must: is('mode', 'split'),
  },
  {
    words: '`worker.autoscaling.kind: keda` without `worker.autoscaling.prometheusUrl`.',
    when: is('worker.autoscaling.kind', 'keda'),
    must: isSet('worker.autoscaling.prometheusUrl'),
  },
  {
    words: '`worker.autoscaling.minReplicas: 0` with hpa, which cannot begin at none.',
    when: is('worker.autoscaling.kind', 'hpa'),
    must: at('worker.autoscaling.minReplicas', { minimum: 1 }),
  },
  {
    words: '`ingress.enabled` without `ingress.host`.',
    when: is('ingress.enabled', true),
    must: isSet('ingress.host'),
  },
  {
    words:
      '`ingress.enabled` while `networkPolicy.clients` names only pods of the namespace: the controller is in another.',
    when: all(is('ingress.enabled', true), is('networkPolicy.enabled', true)),
    must: at('networkPolicy.clients', {
      contains: any({ required: ['namespaceSelector'] }, { required: ['ipBlock'] }),
    }),
  },
];
