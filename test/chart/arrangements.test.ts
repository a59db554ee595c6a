import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chartSettings } from '../../scripts/chart/chart-settings.ts';
import {
  describeWithHelm,
  environment,
  HELMS,
  type Manifest,
  ofKind,
  one,
  podTemplates,
  rendered,
} from './helm.ts';

const PACS_URL = 'https://pacs.example/dicom-web';
const settings = { PACS_URL };
const secrets = { DATABASE_URL: { name: 'db', key: 'uri' } };
const split = { mode: 'split', settings, secrets };
const EXAMPLE = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

const names = (objects: readonly Manifest[], kind: string) =>
  ofKind(objects, kind).map(({ metadata }) => metadata.name);
const pod = (objects: readonly Manifest[], role: string) => podTemplates(objects).get(role)!;
const volume = (template: Manifest, name: string) =>
  template.spec.volumes.find((each: Manifest) => each.name === name);

describeWithHelm.each(HELMS)('%s', (helm) => {
  const render = (values: object, ...more: string[]) => rendered(helm, values, ...more);

  test('all in one: one process owns the database on a volume, the old one gone before the new one comes', () => {
    const objects = render({ settings });
    expect(names(objects, 'Deployment')).toEqual(['spinegrade-all']);
    const { spec } = one(objects, 'Deployment');
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(volume(spec.template, 'data')).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'spinegrade-data' },
    });
    // A folder below the root of the volume, which others can enter.
    expect(environment(spec.template)['DATA_DIR']).toBe('/data/spinegrade');
    expect(spec.template.spec.securityContext).toMatchObject({ runAsUser: 10001, fsGroup: 10001 });
    const claim = one(objects, 'PersistentVolumeClaim');
    expect(claim.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect(ofKind(objects, 'Job')).toEqual([]);
  });

  test('the volume: one that is there, none, and one that goes with the release', () => {
    const existing = render({ settings, persistence: { existingClaim: 'mine' } });
    expect(ofKind(existing, 'PersistentVolumeClaim')).toEqual([]);
    expect(volume(pod(existing, 'all'), 'data').persistentVolumeClaim.claimName).toBe('mine');
    const none = render({ settings, persistence: { enabled: false } });
    expect(volume(pod(none, 'all'), 'data')).toHaveProperty('emptyDir');
    const going = render({ settings, persistence: { keep: false } });
    expect(one(going, 'PersistentVolumeClaim').metadata).not.toHaveProperty('annotations');
  });

  test('all in one on PostgreSQL: several, with nothing on a volume', () => {
    const objects = render({ settings, secrets, all: { replicas: 3 } });
    const { spec } = one(objects, 'Deployment');
    expect(spec).toMatchObject({ replicas: 3, strategy: { type: 'RollingUpdate' } });
    expect(volume(spec.template, 'data')).toBeUndefined();
    expect(environment(spec.template)).not.toHaveProperty('DATA_DIR');
  });

  test('roles apart: each a deployment, the API alone behind the Service', () => {
    const objects = render(split);
    expect(names(objects, 'Deployment')).toEqual([
      'spinegrade-api',
      'spinegrade-watcher',
      'spinegrade-worker',
    ]);
    for (const { spec } of ofKind(objects, 'Deployment')) {
      expect(spec.strategy).toEqual({
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
      expect(environment(spec.template)['DATABASE_URL_FILE']).toBe('/etc/spinegrade/secrets/DATABASE_URL');
    }
    expect(one(objects, 'Service').spec.selector['app.kubernetes.io/component']).toBe('api');
    expect(ofKind(objects, 'PersistentVolumeClaim')).toEqual([]);
    expect(names(objects, 'PodDisruptionBudget')).toHaveLength(3);
  });

  test('without watching there is no watcher', () => {
    const objects = render({ ...split, settings: { ...settings, WATCH: false } });
    expect(names(objects, 'Deployment')).toEqual(['spinegrade-api', 'spinegrade-worker']);
    expect(names(objects, 'PodDisruptionBudget')).toHaveLength(2);
  });

  test('settings are those of .env.example to the letter, each where it belongs', () => {
    const env = environment(pod(render({ settings }), 'all'));
    const expected = chartSettings(EXAMPLE).filter(
      ({ place, value }) => place === 'settings' && value !== '',
    );
    expect(expected.length).toBeGreaterThan(30);
    const { ROLE, DATA_DIR, ...rest } = env;
    expect([ROLE, DATA_DIR]).toEqual(['all', '/data/spinegrade']);
    expect(rest).toEqual({
      ...Object.fromEntries(expected.map(({ name, value }) => [name, String(value)])),
      PACS_URL,
    });
    expect(env['STUDY_MAX_FRAME_PIXELS']).toBe('16777216');
  });

  test('a role’s own settings are its own', () => {
    const objects = render({
      ...split,
      settings: { ...settings, LOG_LEVEL: 'warn' },
      api: { settings: { LOG_LEVEL: 'debug' } },
    });
    expect(environment(pod(objects, 'api'))['LOG_LEVEL']).toBe('debug');
    expect(environment(pod(objects, 'worker'))['LOG_LEVEL']).toBe('warn');
  });

  test('the grace period follows SHUTDOWN_TIMEOUT_MS of the role', () => {
    const objects = render({ ...split, worker: { settings: { SHUTDOWN_TIMEOUT_MS: 90_500 } } });
    expect(pod(objects, 'worker').spec.terminationGracePeriodSeconds).toBe(5 + 91 + 15);
    expect(pod(objects, 'api').spec.terminationGracePeriodSeconds).toBe(5 + 300 + 15);
  });

  test('the migration runs once, before anything else, with the holes it needs', () => {
    const objects = render(split);
    const job = one(objects, 'Job');
    const hooks = 'pre-install,pre-upgrade';
    expect(job.metadata.annotations['helm.sh/hook']).toBe(hooks);
    const { spec } = job.spec.template;
    expect(spec.containers[0].args).toEqual(['src/cli/main.ts', 'migrate']);
    expect(spec.restartPolicy).toBe('Never');
    // Neither is there before a first installation.
    expect(spec).not.toHaveProperty('serviceAccountName');
    const { metadata, spec: policy } = one(objects, 'NetworkPolicy', '-migrate');
    expect(metadata.annotations['helm.sh/hook']).toBe(hooks);
    expect(Number(metadata.annotations['helm.sh/hook-weight'])).toBeLessThan(
      Number(job.metadata.annotations['helm.sh/hook-weight']),
    );
    expect(policy.egress.map(({ ports }: Manifest) => ports[0].port)).toEqual([53, 5432]);
    expect(ofKind(render({ ...split, migration: { enabled: false } }), 'Job')).toEqual([]);
  });

  test('a GPU: image, provider, resource, nodes, and a rollout that needs no GPU more', () => {
    const objects = render({
      ...split,
      gpu: { enabled: true, runtimeClassName: 'nvidia', nodeSelector: { 'nvidia.com/gpu.present': 'true' } },
    });
    const worker = one(objects, 'Deployment', '-worker').spec;
    expect(worker.strategy.rollingUpdate).toEqual({ maxUnavailable: 1, maxSurge: 0 });
    const { spec } = worker.template;
    expect(spec.containers[0].image).toMatch(/-gpu$/);
    expect(spec.containers[0].resources.limits['nvidia.com/gpu']).toBe(1);
    expect(environment(worker.template)['EXECUTION_PROVIDERS']).toBe('cuda');
    expect(spec.runtimeClassName).toBe('nvidia');
    expect(spec.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'nvidia.com/gpu.present': 'true' });
    expect(spec.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
    const api = pod(objects, 'api');
    expect(environment(api)['EXECUTION_PROVIDERS']).toBe('cpu');
    expect(api.spec).not.toHaveProperty('runtimeClassName');
    expect(api.spec).not.toHaveProperty('tolerations');
    expect(api.spec.containers[0].resources.limits).not.toHaveProperty(['nvidia.com/gpu']);
  });

  test('secrets are files, read-only, below one folder that follows their changes', () => {
    const objects = render({ ...split, secrets: { ...secrets, PACS_TOKEN: { name: 'pacs', key: 'token' } } });
    // The migration asks for nothing but the database.
    const migrate = pod(objects, 'migrate');
    expect(environment(migrate)).toEqual({ DATABASE_URL_FILE: '/etc/spinegrade/secrets/DATABASE_URL' });
    expect(volume(migrate, 'secrets').projected.sources).toHaveLength(1);
    for (const role of ['api', 'watcher', 'worker']) {
      const template = pod(objects, role);
      expect(volume(template, 'secrets').projected).toEqual({
        defaultMode: 0o440,
        sources: [
          { secret: { name: 'db', items: [{ key: 'uri', path: 'DATABASE_URL' }] } },
          { secret: { name: 'pacs', items: [{ key: 'token', path: 'PACS_TOKEN' }] } },
        ],
      });
      const mounts = template.spec.containers[0].volumeMounts;
      expect(mounts.find(({ name }: Manifest) => name === 'secrets')).not.toHaveProperty('subPath');
      expect(environment(template)).toMatchObject({ PACS_TOKEN_FILE: '/etc/spinegrade/secrets/PACS_TOKEN' });
    }
  });

  test.each([
    ['configMap', { configMap: { name: 'ca', items: [{ key: 'root.pem', path: 'ca.crt' }] } }],
    [
      'secret',
      { secret: { secretName: 'ca', defaultMode: 0o440, items: [{ key: 'root.pem', path: 'ca.crt' }] } },
    ],
  ])('a certificate authority of the hospital from a %s', (kind, source) => {
    const template = pod(render({ settings, extraCa: { [kind]: 'ca', key: 'root.pem' } }), 'all');
    expect(environment(template)['NODE_EXTRA_CA_CERTS']).toBe('/etc/spinegrade/ca/ca.crt');
    expect(volume(template, 'ca')).toEqual({ name: 'ca', ...source });
  });

  describe('a model pack', () => {
    const packOf = (modelPack: object, ...more: string[]) =>
      pod(render({ settings, modelPack }, ...more), 'all');

    test('of the image', () => {
      expect(environment(packOf({}))).not.toHaveProperty('MODEL_PACK');
      const own = packOf({ image: { path: '/app/models/other' } });
      expect(environment(own)['MODEL_PACK']).toBe('/app/models/other');
    });

    test('of a volume', () => {
      const template = packOf({ source: 'volume', volume: { claimName: 'packs', path: 'a/b' } });
      expect(environment(template)['MODEL_PACK']).toBe('/model-pack/a/b');
      expect(volume(template, 'model-pack').persistentVolumeClaim).toEqual({
        claimName: 'packs',
        readOnly: true,
      });
    });

    test('of a registry', () => {
      const reference = `registry.example/packs@sha256:${'0'.repeat(64)}`;
      const template = packOf({ source: 'oci', oci: { reference } }, '--kube-version', '1.35.0');
      expect(environment(template)['MODEL_PACK']).toBe('/model-pack');
      expect(volume(template, 'model-pack').image).toEqual({ reference, pullPolicy: 'IfNotPresent' });
    });

    test('of a registry, on a Kubernetes that mounts no images', () => {
      const reference = `registry.example/packs@sha256:${'0'.repeat(64)}`;
      expect(() => packOf({ source: 'oci', oci: { reference } }, '--kube-version', '1.32.9')).toThrow(
        /modelPack\.source: oci needs Kubernetes 1\.33/,
      );
    });

    test('of a web server, checked before it is there', () => {
      const http = {
        url: 'https://a.example/p/manifest.json',
        sha256: '1'.repeat(64),
        tokenSecret: 'artifacts',
      };
      const template = packOf({ source: 'http', http });
      const [fetching] = template.spec.initContainers;
      expect(fetching.args).toEqual([
        'src/cli/main.ts',
        'fetch-pack',
        `--from=${http.url}`,
        `--sha256=${http.sha256}`,
        '--to=/model-pack/pack',
        '--token-file=/etc/spinegrade/model-pack-token/token',
      ]);
      expect(environment(template)['MODEL_PACK']).toBe('/model-pack/pack');
      const mount = ({ volumeMounts }: Manifest) =>
        volumeMounts.find(({ name }: Manifest) => name === 'model-pack');
      expect(mount(fetching)).not.toHaveProperty('readOnly');
      expect(mount(template.spec.containers[0])).toMatchObject({ readOnly: true });
    });
  });

  test('autoscaling leaves the number of workers to the scaler', () => {
    const scaled = (autoscaling: object) => render({ ...split, worker: { replicas: 7, autoscaling } });
    const keda = scaled({ kind: 'keda', minReplicas: 0, prometheusUrl: 'http://prometheus:9090' });
    expect(one(keda, 'Deployment', '-worker').spec).not.toHaveProperty('replicas');
    const object = one(keda, 'ScaledObject').spec;
    expect(object.scaleTargetRef).toEqual({ name: 'spinegrade-worker' });
    expect(object).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 4 });
    expect(object.triggers[0].metadata).toMatchObject({
      serverAddress: 'http://prometheus:9090',
      query: 'max(spinegrade_queue_oldest_age_seconds{namespace="imaging",job="spinegrade"})',
      threshold: '120',
    });
    const hpa = scaled({ kind: 'hpa' });
    expect(one(hpa, 'Deployment', '-worker').spec).not.toHaveProperty('replicas');
    expect(one(hpa, 'HorizontalPodAutoscaler').spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: 'spinegrade-worker' },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [{ external: { metric: { name: 'spinegrade_queue_oldest_age_seconds' } } }],
    });
    expect(one(scaled({}), 'Deployment', '-worker').spec.replicas).toBe(7);
  });

  test('an image is named by tag, or by digest alone', () => {
    const imageOf = (image: object) => pod(render({ settings, image }), 'all').spec.containers[0].image;
    expect(imageOf({ repository: 'registry.example:5000/a/b', tag: '2.0.0' })).toBe(
      'registry.example:5000/a/b:2.0.0',
    );
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(imageOf({ repository: 'a', tag: '2.0.0', digest })).toBe(`a@${digest}`);
  });

  test('a platform that gives out user ids itself gets none', () => {
    const own = { runAsUser: null, runAsGroup: null, fsGroup: null };
    const { securityContext } = pod(render({ settings, pod: { securityContext: own } }), 'all').spec;
    expect(securityContext).toEqual({
      runAsNonRoot: true,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });
});
