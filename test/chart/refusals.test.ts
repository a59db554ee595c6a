import { expect, test } from 'vitest';
import { CONTRADICTIONS } from '../../scripts/chart/contradictions.ts';
import { describeWithHelm, HELMS, lint, template } from './helm.ts';

const settings = { PACS_URL: 'http://pacs/dicom-web' };
const secrets = { DATABASE_URL: { name: 'db' } };
const sha256 = '0'.repeat(64);

/** Helm before 3.18 writes a place among the values with dots. */
const inEitherWay = ({ source, flags }: RegExp) => new RegExp(source.replaceAll('\\/', '[/.]'), flags);

/** What is wrong by itself, and the name that has to be said. */
const WRONG: readonly [what: string, values: object, name: RegExp][] = [
  ['no archive', {}, /settings\/PACS_URL/],
  ['an archive that is no URL', { settings: { PACS_URL: 'pacs' } }, /settings\/PACS_URL/],
  ['an unknown name', { settings, replicaCount: 2 }, /replicaCount/],
  ['an unknown name further down', { settings, image: { name: 'x' } }, /image.*name|name.*image/s],
  ['a setting misspelt', { settings: { ...settings, JOB_CONCURENCY: 2 } }, /JOB_CONCURENCY/],
  ['a setting of a role misspelt', { settings, worker: { settings: { PORTS: 1 } } }, /PORTS/],
  ['text for a number', { settings: { ...settings, JOB_CONCURRENCY: 'two' } }, /settings\/JOB_CONCURRENCY/],
  [
    'a number out of its range',
    { settings: { ...settings, JOB_CONCURRENCY: 65 } },
    /settings\/JOB_CONCURRENCY/,
  ],
  ['a fraction', { settings: { ...settings, WATCH_POLL_MS: 1000.5 } }, /settings\/WATCH_POLL_MS/],
  ['text for true or false', { settings: { ...settings, WATCH: 'yes' } }, /settings\/WATCH/],
  ['an unknown level', { settings: { ...settings, LOG_LEVEL: 'loud' } }, /settings\/LOG_LEVEL/],
  [
    'an unknown provider',
    { settings: { ...settings, EXECUTION_PROVIDERS: 'cuda,tpu' } },
    /EXECUTION_PROVIDERS/,
  ],
  [
    'a word that is not all',
    { settings: { ...settings, WATCH_LOOK_BACK_DAYS: 'ever' } },
    /WATCH_LOOK_BACK_DAYS/,
  ],
  ['a privileged port', { settings: { ...settings, PORT: 80 } }, /settings\/PORT/],
  ['a secret as a setting', { settings: { ...settings, PACS_TOKEN: 'x' } }, /PACS_TOKEN/],
  ['a secret typed into values', { settings, secrets: { PACS_TOKEN: 'x' } }, /secrets\/PACS_TOKEN/],
  ['a setting of the chart', { settings: { ...settings, DATA_DIR: '/tmp' } }, /DATA_DIR/],
  ['a setting among variables', { settings, extraEnv: [{ name: 'WATCH', value: 'x' }] }, /extraEnv\/0\/name/],
  [
    'a secret among variables',
    { settings, extraEnv: [{ name: 'PACS_TOKEN_FILE', value: 'x' }] },
    /extraEnv\/0\/name/,
  ],
  ['a role among variables', { settings, extraEnv: [{ name: 'ROLE', value: 'api' }] }, /extraEnv\/0\/name/],
  ['an unknown mode', { settings, mode: 'both' }, /mode/],
  ['an image by half a digest', { settings, image: { digest: 'sha256:12' } }, /image\/digest/],
  [
    'a pack by its tag',
    { settings, modelPack: { source: 'oci', oci: { reference: 'packs:1' } } },
    /modelPack\/oci\/reference/,
  ],
  ['a pod value misspelt', { settings, pod: { toleration: [] } }, /toleration/],
  ['a reserve too short', { settings, termination: { reserveSeconds: 3 } }, /termination\/reserveSeconds/],
  [
    'a peer misspelt',
    { settings, networkPolicy: { archive: { to: [{ cidr: '10.0.0.0/8' }] } } },
    /archive\/to\/0/,
  ],
  [
    'more workers at least than at most',
    { settings, secrets, mode: 'split', worker: { autoscaling: { kind: 'hpa', minReplicas: 9 } } },
    /worker\.autoscaling: maxReplicas is less than minReplicas/,
  ],
];

const http = (values: object) => ({ settings, modelPack: { source: 'http', http: values } });
const scaling = (values: object, more: object = { mode: 'split', secrets }) => ({
  settings,
  worker: { autoscaling: values },
  ...more,
});

type Contradictory = Readonly<Record<string, readonly (readonly [values: object, name: RegExp])[]>>;
const ofConnection = (prefix: string): Contradictory => ({
  [`\`secrets.${prefix}_TOKEN.name\` beside`]: [
    [
      {
        settings: { ...settings, [`${prefix}_USERNAME`]: 'a' },
        secrets: { [`${prefix}_TOKEN`]: { name: 'a' }, [`${prefix}_PASSWORD`]: { name: 'b' } },
      },
      new RegExp(`${prefix}_USERNAME`),
    ],
    [
      {
        settings: { ...settings, [`${prefix}_USERNAME`]: 'a' },
        secrets: { [`${prefix}_TOKEN`]: { name: 'a' }, [`${prefix}_PASSWORD`]: { name: 'b' } },
      },
      new RegExp(`${prefix}_PASSWORD`),
    ],
  ],
  [`\`settings.${prefix}_USERNAME\` without`]: [
    [
      { settings: { ...settings, [`${prefix}_USERNAME`]: 'a' } },
      new RegExp(`secrets/${prefix}_PASSWORD/name`),
    ],
  ],
  [`\`secrets.${prefix}_PASSWORD.name\` without`]: [
    [
      { settings, secrets: { [`${prefix}_PASSWORD`]: { name: 'a' } } },
      new RegExp(`settings/${prefix}_USERNAME`),
    ],
  ],
  [`\`settings.${prefix}_OAUTH_TOKEN_URL\` without`]: [
    [
      {
        settings: { ...settings, [`${prefix}_OAUTH_TOKEN_URL`]: 'https://a' },
        secrets: { [`${prefix}_OAUTH_CLIENT_SECRET`]: { name: 'a' } },
      },
      new RegExp(`settings/${prefix}_OAUTH_CLIENT_ID`),
    ],
    [
      {
        settings: {
          ...settings,
          [`${prefix}_OAUTH_TOKEN_URL`]: 'https://a',
          [`${prefix}_OAUTH_CLIENT_ID`]: 'a',
        },
      },
      new RegExp(`secrets/${prefix}_OAUTH_CLIENT_SECRET/name`),
    ],
  ],
  [`\`secrets.${prefix}_CLIENT_CERT.name\` without`]: [
    [
      { settings, secrets: { [`${prefix}_CLIENT_CERT`]: { name: 'a' } } },
      new RegExp(`secrets/${prefix}_CLIENT_KEY/name`),
    ],
  ],
  [`\`secrets.${prefix}_CLIENT_KEY.name\` without`]: [
    [
      { settings, secrets: { [`${prefix}_CLIENT_KEY`]: { name: 'a' } } },
      new RegExp(`secrets/${prefix}_CLIENT_CERT/name`),
    ],
  ],
});

/** Values that break each contradiction, by the beginning of its words. */
const CONTRADICTORY: Contradictory = {
  '`mode: split` without': [[{ settings, mode: 'split' }, /secrets\/DATABASE_URL\/name/]],
  '`all.replicas` above 1': [[{ settings, all: { replicas: 2 } }, /all\/replicas/]],
  ...ofConnection('PACS'),
  ...ofConnection('WORKLIST'),
  '`secrets.API_KEYS.name` while': [
    [
      { settings: { ...settings, AUTH: 'none' }, secrets: { ...secrets, API_KEYS: { name: 'a' } } },
      /settings\/AUTH/,
    ],
  ],
  '`settings.AUTH` with oidc': [
    [{ settings: { ...settings, AUTH: 'oidc', OIDC_AUDIENCE: 'a' } }, /settings\/OIDC_ISSUER/],
    [{ settings: { ...settings, AUTH: 'keys,oidc', OIDC_ISSUER: 'https://a' } }, /settings\/OIDC_AUDIENCE/],
  ],
  '`secrets.TLS_CERT.name` without': [
    [{ settings, secrets: { TLS_CERT: { name: 'a' } } }, /secrets\/TLS_KEY\/name/],
  ],
  '`secrets.TLS_KEY.name` or': [
    [{ settings, secrets: { TLS_KEY: { name: 'a' } } }, /secrets\/TLS_CERT\/name/],
    [{ settings, secrets: { TLS_CLIENT_CA: { name: 'a' } } }, /secrets\/TLS_CERT\/name/],
  ],
  '`extraCa.configMap` beside': [[{ settings, extraCa: { configMap: 'a', secret: 'b' } }, /extraCa\/secret/]],
  '`modelPack.source: volume`': [
    [{ settings, modelPack: { source: 'volume' } }, /modelPack\/volume\/claimName/],
  ],
  '`modelPack.source: oci`': [[{ settings, modelPack: { source: 'oci' } }, /modelPack\/oci\/reference/]],
  '`modelPack.source: http`': [
    [http({ url: 'http://a/m' }), /modelPack\/http\/sha256/],
    [http({ sha256 }), /modelPack\/http\/url/],
  ],
  '`watcher.settings.WATCH: false`': [
    [{ settings, watcher: { settings: { WATCH: false } } }, /watcher\/settings\/WATCH/],
  ],
  '`worker.autoscaling.kind` other': [[scaling({ kind: 'hpa' }, {}), /mode/]],
  '`worker.autoscaling.kind: keda`': [[scaling({ kind: 'keda' }), /worker\/autoscaling\/prometheusUrl/]],
  '`worker.autoscaling.minReplicas: 0`': [
    [scaling({ kind: 'hpa', minReplicas: 0 }), /worker\/autoscaling\/minReplicas/],
  ],
  '`ingress.enabled` without': [
    [{ settings, ingress: { enabled: true }, networkPolicy: { enabled: false } }, /ingress\/host/],
  ],
  '`ingress.enabled` while': [
    [{ settings, ingress: { enabled: true, host: 'a' } }, /networkPolicy\/clients/],
  ],
};

test('every contradiction is tried', () => {
  const untried = CONTRADICTIONS.filter(
    ({ words }) => !Object.keys(CONTRADICTORY).some((key) => words.startsWith(key)),
  );
  expect(untried.map(({ words }) => words)).toEqual([]);
  expect(Object.keys(CONTRADICTORY)).toHaveLength(CONTRADICTIONS.length);
});

const cases = [
  ...WRONG,
  ...Object.entries(CONTRADICTORY).flatMap(([words, tries]) =>
    tries.map(([values, name]) => [words, values, name] as const),
  ),
];

describeWithHelm.each(HELMS)('%s refuses by name, as it lints and as it renders:', (helm) => {
  test.each(cases)('%s', (_, values, name) => {
    for (const run of [lint(helm, values), template(helm, values)]) {
      expect(run.status).toBe(1);
      expect(run.said).toMatch(inEitherWay(name));
    }
  });

  test('values that are right are not refused', () => {
    expect(lint(helm, { settings }).status).toBe(0);
    expect(template(helm, { settings }).status).toBe(0);
  });
});
