import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import {
  describeWithHelm,
  environment,
  HELMS,
  lint,
  type Manifest,
  NAMESPACE,
  ofKind,
  podTemplates,
  rendered,
  scenarios,
  selects,
  template,
} from './helm.ts';

/** What stands in files that are read as more than text, by the setting that names them. */
const CONTENT: Readonly<Record<string, string>> = {
  API_KEYS_FILE: `ris read,analyze ${'k'.repeat(32)}`,
  DATABASE_URL_FILE: 'postgresql://grader:secret@db/ledger',
  EVENT_KINDS_FILE: '{"kinds": [{"form": "azure-dicom"}]}',
  SERIES_RULES_FILE:
    '{"rules": [{"name": "none of that scanner", "when": {"StationName": "MR7"}, "refuse": true}]}',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chart-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The environment with its mounted files where this test can put some. */
function withFiles(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      if (!value.startsWith('/etc/spinegrade/')) return [name, value];
      const file = join(folder, name);
      writeFileSync(file, CONTENT[name] ?? 'text');
      return [name, file];
    }),
  );
}

const containersOf = ({ spec }: Manifest): readonly Manifest[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];

const cases = HELMS.flatMap((helm) =>
  [...scenarios()].map(([scenario, file]) => [scenario, helm, readFileSync(file, 'utf8')] as const),
);

describeWithHelm.each(cases)('%s, %s', (_, helm, values) => {
  let objects: readonly Manifest[];
  let pods: ReadonlyMap<string, Manifest>;
  let roles: readonly (readonly [role: string, pod: Manifest])[];
  beforeAll(() => {
    objects = rendered(helm, values);
    pods = podTemplates(objects);
    roles = [...pods].filter(([component]) => component !== 'migrate');
  });

  test('is clean to helm lint', () => {
    const { status, said } = lint(helm, values);
    expect(said).not.toMatch(/WARNING|ERROR/);
    expect(status).toBe(0);
  });

  test('the service accepts the settings of every pod', () => {
    expect(roles.length).toBeGreaterThan(0);
    for (const [role, pod] of roles) {
      const env = environment(pod);
      expect(readConfig(withFiles(env)).role).toBe(role);
      expect(env['HOST']).toBe('0.0.0.0');
    }
  });

  test('no variable is there twice, and no secret in one', () => {
    for (const pod of pods.values()) {
      for (const { env = [] } of containersOf(pod)) {
        const names = env.map(({ name }: Manifest) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(env.filter(({ valueFrom }: Manifest) => valueFrom !== undefined)).toEqual([]);
      }
      for (const secret of [
        'PACS_TOKEN',
        'PACS_PASSWORD',
        'DATABASE_URL',
        'LOG_PSEUDONYM_KEY',
        'API_KEYS',
        'TLS_KEY',
      ]) {
        expect(environment(pod)).not.toHaveProperty(secret);
      }
    }
    expect(ofKind(objects, 'Secret')).toEqual([]);
  });

  test('every file that a variable names is mounted, and every mount has a volume', () => {
    for (const pod of pods.values()) {
      const volumes = new Map(pod.spec.volumes.map((volume: Manifest) => [volume.name, volume]));
      for (const { volumeMounts } of containersOf(pod)) {
        for (const { name } of volumeMounts) expect([...volumes.keys()]).toContain(name);
      }
      const { volumeMounts } = pod.spec.containers[0];
      for (const path of Object.values(environment(pod)).filter((value) =>
        value.startsWith('/etc/spinegrade/'),
      )) {
        const mount = volumeMounts.find(({ mountPath }: Manifest) => path.startsWith(`${mountPath}/`));
        expect(mount, path).toMatchObject({ readOnly: true });
        const volume = volumes.get(mount.name) as Manifest;
        const items = (volume.projected?.sources ?? [volume]).flatMap(
          (source: Manifest) => (source.secret ?? source.configMap).items,
        );
        expect(items.map((item: Manifest) => `${mount.mountPath}/${item.path}`)).toContain(path);
      }
    }
  });

  test('pods are as the restricted Pod Security Standard wants them, and get no token', () => {
    for (const pod of pods.values()) {
      expect(pod.spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      expect(pod.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of containersOf(pod)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.terminationMessagePolicy).toBe('FallbackToLogsOnError');
        expect(container.resources.limits).toHaveProperty('memory');
        expect(container.resources.requests).toHaveProperty('cpu');
        expect(container.image).toMatch(/:[^:]+$/);
        expect(container.image).not.toMatch(/:latest$/);
        // The image has no shell, and its entry point is node with its flags.
        expect(container).not.toHaveProperty('command');
      }
    }
  });

  test('a role has its probes, and longer to stop than its work has', () => {
    for (const [, pod] of roles) {
      const [container] = pod.spec.containers;
      expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'operations' });
      expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'operations' });
      expect(container.readinessProbe.httpGet.path).toBe(
        '/readyz?exclude=archive&exclude=inferenceServer&exclude=watcher',
      );
      const env = environment(pod);
      expect(container.ports).toEqual([
        { name: 'http', containerPort: Number(env['PORT']), protocol: 'TCP' },
        { name: 'operations', containerPort: Number(env['OPERATIONS_PORT']), protocol: 'TCP' },
      ]);
      // The program ends four seconds after SHUTDOWN_TIMEOUT_MS, whatever hangs (src/process/shutdown.ts).
      const longest =
        container.lifecycle.preStop.sleep.seconds + Number(env['SHUTDOWN_TIMEOUT_MS']) / 1000 + 4;
      expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(longest);
    }
  });

  test('what selects pods selects some of the release, and selectors tell roles apart', () => {
    const labels = [...pods.values()].map((pod) => pod.metadata.labels);
    const selectors = [
      ...ofKind(objects, 'Deployment').map(({ spec }) => spec.selector),
      ...ofKind(objects, 'PodDisruptionBudget').map(({ spec }) => spec.selector),
      ...ofKind(objects, 'Service').map(({ spec }) => ({ matchLabels: spec.selector })),
    ];
    for (const selector of selectors) {
      expect(labels.filter((each) => selects(selector, each))).toHaveLength(1);
    }
    const several = [...ofKind(objects, 'NetworkPolicy'), ...ofKind(objects, 'PodMonitor')];
    for (const { metadata, spec } of several) {
      const selector = spec.podSelector ?? spec.selector;
      expect(
        labels.some((each) => selects(selector, each)),
        metadata.name,
      ).toBe(true);
    }
    for (const [, pod] of roles) {
      for (const { labelSelector } of pod.spec.topologySpreadConstraints) {
        expect(labels.filter((each) => selects(labelSelector, each))).toEqual([pod.metadata.labels]);
      }
    }
  });

  test('every object carries the release’s labels and a name of its own', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'spinegrade',
        'app.kubernetes.io/instance': 'spinegrade',
        'app.kubernetes.io/version': expect.any(String),
      });
      expect(metadata.namespace ?? NAMESPACE).toBe(NAMESPACE);
    }
  });

  test('names stay within their limit whatever the release is called', () => {
    const { objects: long } = template(helm, values, `a${'b'.repeat(52)}`);
    expect(long).toHaveLength(objects.length);
    for (const { kind, metadata } of long) {
      expect(metadata.name.length, `${kind} ${metadata.name}`).toBeLessThanOrEqual(
        kind === 'ConfigMap' ? 253 : 63,
      );
      for (const value of Object.values(metadata.labels))
        expect(String(value).length).toBeLessThanOrEqual(63);
    }
  });
});
