import { settingRuns } from './example-settings.ts';
import type { JsonSchema } from './json-schema.ts';
import { type SettingKind, settingKinds } from './setting-kinds.ts';

/** One setting as the chart offers it. */
export interface ChartSetting {
  readonly name: string;
  /** Where in the values: `settings`, `secrets` or `files`. */
  readonly place: 'settings' | 'secrets' | 'files';
  readonly comment: readonly string[];
  readonly value: unknown;
  readonly schema: JsonSchema;
}

/** The chart sets these itself; values of other names decide what they become. */
export const OF_THE_CHART = ['ROLE', 'DATA_DIR', 'MODEL_PACK'];

/** Where the chart's default, its words or its limits are others than the program's. */
const OTHERWISE: Readonly<
  Record<string, Partial<Pick<ChartSetting, 'comment' | 'value'>> & { schema?: JsonSchema }>
> = {
  PACS_URL: { value: '', schema: { pattern: '^https?://' } },
  PACS_USERNAME: {
    comment: ['User name for an archive that asks for one, with the password of `secrets.PACS_PASSWORD`.'],
  },
  PACS_TOKEN: { comment: ['Bearer token for the archive; read again whenever it changes.'] },
  PACS_PASSWORD: {
    comment: ['Password for the archive, of `settings.PACS_USERNAME`; read again whenever it changes.'],
  },
  PACS_OAUTH_CLIENT_SECRET: {
    comment: ['Secret of `settings.PACS_OAUTH_CLIENT_ID` at its authorization server.'],
  },
  PACS_HEADERS: {
    comment: [
      "Headers of every request to the archive, such as a gateway's key: name=value,other=value, values percent-encoded; read",
      'again when it changes.',
    ],
  },
  PACS_CA: {
    comment: [
      "Authorities of the archive's certificate in PEM, in place of the system's; read again when it changes.",
    ],
  },
  PACS_CLIENT_CERT: {
    comment: [
      'Certificate in PEM, with its chain, that the service shows the archive; read again when it changes.',
    ],
  },
  PACS_CLIENT_KEY: { comment: ['Its key in PEM.'] },
  WORKLIST_USERNAME: {
    comment: [
      'User name for a worklist that asks for one, with the password of `secrets.WORKLIST_PASSWORD`.',
    ],
  },
  WORKLIST_TOKEN: { comment: ['Bearer token for the worklist; read again whenever it changes.'] },
  WORKLIST_PASSWORD: {
    comment: ['Password for the worklist, of `settings.WORKLIST_USERNAME`; read again whenever it changes.'],
  },
  WORKLIST_OAUTH_CLIENT_SECRET: {
    comment: ['Secret of `settings.WORKLIST_OAUTH_CLIENT_ID` at its authorization server.'],
  },
  WORKLIST_HEADERS: {
    comment: [
      'Headers of every request to the worklist: name=value,other=value, values percent-encoded; read again when it changes.',
    ],
  },
  WORKLIST_CA: {
    comment: ["Authorities of the worklist's certificate in PEM; read again when it changes."],
  },
  WORKLIST_CLIENT_CERT: {
    comment: [
      'Certificate in PEM, with its chain, that the service shows the worklist; read again when it changes.',
    ],
  },
  WORKLIST_CLIENT_KEY: { comment: ['Its key in PEM.'] },
  DATABASE_URL: {
    comment: ['PostgreSQL in place of the embedded database: postgresql://user:password@host:5432/database'],
  },
  INFERENCE_AUTHORIZATION: {
    comment: [
      'Header Authorization for the inference server, such as Bearer abc; read again when it changes.',
    ],
  },
  INFERENCE_CA: { comment: ['Authorities of the inference server’s certificate in PEM.'] },
  CALLBACKS: {
    comment: [
      'Whom to tell of analyses that have ended, with the secrets by which that is signed: JSON that docs/callbacks.md',
      'explains; read again whenever it changes. Where the network policies are on, open the way in `networkPolicy.others`.',
    ],
  },
  WATCH_POLL_MS: { comment: ['Milliseconds from one poll of the archive to the next.'] },
  HOST: { value: '0.0.0.0', comment: ['Address that is listened on; "::" in clusters of IPv6 alone.'] },
  PORT: { schema: { minimum: 1024 }, comment: ['Port that is listened on.'] },
  AUTH: {
    value: 'keys',
    comment: [
      'Who may ask the API. keys: whoever shows a key of this installation, made in a pod of it (NOTES say how), or one of',
      '`secrets.API_KEYS`. oidc: whoever shows a token of OIDC_ISSUER. Both: keys,oidc. none: whoever reaches it may do',
      'everything; the network around decides.',
    ],
  },
  API_KEYS: {
    comment: [
      'Keys beside those of the database, a line NAME SCOPES KEY each, scopes of read,analyze,admin, keys of 32 characters or',
      'more; read again when it changes.',
    ],
  },
  TLS_CERT: {
    comment: ['Certificate in PEM, with its chain: the service speaks TLS then. Read again when it changes.'],
  },
  TLS_KEY: { comment: ['Its key in PEM.'] },
  TLS_CLIENT_CA: { comment: ['Authorities of which clients must show a certificate, in PEM.'] },
  AUDIT_LOG: {
    value: 'stdout',
    comment: [
      'Who asked for what, from where and with what result, a line of JSON each (PS3.15 A.5), each with the hash of the one',
      'before (cli audit verify): stdout, beside the log, or a file that one process writes. Empty: it is not recorded.',
    ],
  },
  OPERATIONS_PORT: {
    value: 8081,
    schema: { type: 'integer', pattern: undefined, minimum: 1024 },
    comment: [
      '/healthz, /readyz and /metrics, by plain HTTP and without authentication: for probes and Prometheus. They hold no data',
      'of patients.',
    ],
  },
  OPERATIONS_HOST: { comment: ['Address of that port; empty: `HOST`.'] },
  SHUTDOWN_TIMEOUT_MS: {
    value: 300_000,
    comment: [
      'On SIGTERM a running analysis may take this long to finish before it goes back to the queue: longer than a study, so',
      'that none is begun twice. The grace period of the pods follows it (`termination`).',
    ],
  },
};

/** A word that an integer may be in its place. */
const WORDS: Readonly<Record<string, string>> = {
  WATCH_LOOK_BACK_DAYS: 'all',
  RETENTION_RESULT_BYTES_DAYS: 'forever',
  RETENTION_RECORDS_DAYS: 'forever',
};

/**
 * Every setting of .env.example that values decide, in its order.
 * @throws Error naming a setting that .env.example or the service does not know.
 */
export function chartSettings(example: string): readonly ChartSetting[] {
  const kinds = settingKinds();
  const isSecret = (name: string) => kinds.get(name)?.some(({ kind }) => kind === 'secret') ?? false;
  return settingRuns(example).flatMap(({ comment, settings }) => {
    const told = new Set<string>();
    return settings.flatMap(({ name, value }) => {
      if (OF_THE_CHART.includes(name) || (name.endsWith('_FILE') && isSecret(name.slice(0, -5)))) return [];
      const setting = chartSetting(name, value, comment, kinds.get(name) ?? []);
      // A comment on several settings stands once.
      const first = settings.find((each) => each.name !== name && told.has(each.name));
      told.add(name);
      return [
        setting.comment === comment && first ? { ...setting, comment: [`See ${first.name}.`] } : setting,
      ];
    });
  });
}

function chartSetting(
  name: string,
  value: string,
  comment: readonly string[],
  kinds: readonly SettingKind[],
): ChartSetting {
  const otherwise = OTHERWISE[name] ?? {};
  const first = kinds[0]?.kind;
  if (first === undefined) throw new Error(`.env.example: the service does not read ${name}`);
  const base = { name, comment: otherwise.comment ?? comment };
  if (first === 'secret') {
    return {
      ...base,
      place: 'secrets',
      value: { name: '', key: name },
      schema: { $ref: '#/definitions/secret' },
    };
  }
  if (first === 'file') {
    return {
      ...base,
      place: 'files',
      value: { configMap: '', key: name },
      schema: { $ref: '#/definitions/file' },
    };
  }
  const schema = { ...schemaOf(name, value, kinds), ...otherwise.schema };
  return { ...base, place: 'settings', value: otherwise.value ?? typedValue(value, schema), schema };
}

function schemaOf(name: string, value: string, kinds: readonly SettingKind[]): JsonSchema {
  const [kind] = kinds.filter((each) => kinds.length === 1 || each.kind !== 'text');
  if (kind?.kind === 'integer') {
    const range = { minimum: kind.least, maximum: kind.most };
    const word = WORDS[name] ?? (value === '' ? '' : null);
    const words = word === null ? { type: 'integer' } : { type: ['integer', 'string'], pattern: `^${word}$` };
    if (kinds.length > 1 && word === null)
      throw new Error(`${name}: which word may it be in place of a number?`);
    return { ...words, ...range };
  }
  if (kind?.kind === 'flag') return { type: 'boolean' };
  if (kind?.kind === 'one-of') return { enum: kind.choices };
  if (kind?.kind === 'list-of') {
    const choice = `(${kind.choices.join('|')})`;
    return { type: 'string', pattern: `^${choice}(, *${choice})*$` };
  }
  return { type: 'string' };
}

function typedValue(text: string, schema: JsonSchema): unknown {
  if (schema['type'] === 'boolean') return text === 'true';
  const numeric = schema['type'] === 'integer' || Array.isArray(schema['type']);
  return numeric && text !== '' ? Number(text) : text;
}
