import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHART, describeWithHelm, HELMS, type Manifest, ofKind, rendered, scenarios } from './helm.ts';

/**
 * A kubeconfig whose user may do everything in a cluster to try things in, or with an API server alone: nothing of what
 * is asked for has to run. It needs kubectl, and the custom resources of the Prometheus operator and KEDA.
 */
const CLUSTER = process.env['CHART_CLUSTER'];
const NAMESPACE = 'spinegrade-chart-test';
/** What the scenarios name and a cluster has of its own. */
const OF_THE_CLUSTER = [
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'radiology' }, value: 1000 },
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' },
];
const RESTRICTED = ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']);
const NAMESPACE_OBJECT = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: Object.fromEntries(RESTRICTED) },
};

/** Its last words, warnings included, and how it ended. */
function run(program: string, args: readonly string[], input: unknown = '') {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    env: { ...process.env, KUBECONFIG: CLUSTER },
    input: typeof input === 'string' ? input : JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  // Helm tells of the chart's links to files of the repository, and of who may read the kubeconfig.
  const said = stderr.split('\n').filter((line) => !/^$|walk\.go|kubeconfig|^Contents of/i.test(line));
  return { status, said, out: stdout };
}
const kubectl = (args: readonly string[], input?: unknown) =>
  run('kubectl', ['--namespace', NAMESPACE, ...args], input);
const list = (items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });
const DONE = { status: 0, said: [] };

/** A workload's pod, as its controller would ask for it. */
function podOf({ metadata: { name }, spec: { template } }: Manifest) {
  const metadata = { name, ...template.metadata };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

const describeOnCluster = CLUSTER === undefined ? describe.skip : describeWithHelm;

describeOnCluster.each(HELMS)('%s on a cluster', (helm) => {
  beforeAll(() => {
    expect(kubectl(['apply', '-f', '-'], list([NAMESPACE_OBJECT, ...OF_THE_CLUSTER])).status).toBe(0);
  });
  afterAll(() => void kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']));

  test('a namespace that restricts pods turns others away', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'any' } };
    const made = kubectl(['create', '--dry-run=server', '-f', '-'], {
      ...pod,
      spec: { containers: [{ name: 'any', image: 'any' }] },
    });
    expect(made).toMatchObject({
      status: 1,
      said: [expect.stringMatching(/violates PodSecurity "restricted/)],
    });
  });

  test.each([...scenarios()])(
    '%s: every object and pod is taken without a warning; installed, upgraded, rolled back, uninstalled',
    (_, values) => {
      const objects = rendered(helm, '', '-f', values, '--namespace', NAMESPACE);
      const strictly = ['--dry-run=server', '--validate=strict', '-f', '-'];
      expect(kubectl(['apply', '--server-side', ...strictly], list(objects))).toMatchObject(DONE);
      const pods = [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'Job')].map(podOf);
      expect(kubectl(['create', ...strictly], list(pods))).toMatchObject(DONE);

      const release = (verb: string, ...more: readonly string[]) =>
        run(helm, [verb, 'spinegrade', '--namespace', NAMESPACE, ...more]);
      // Hooks wait for a Job, and with it for somebody who runs pods.
      const chart = [CHART, '--values', values, '--no-hooks'];
      expect(release('install', ...chart)).toMatchObject(DONE);
      expect(release('upgrade', ...chart, '--set', 'image.tag=9.9.9,image.digest=')).toMatchObject(DONE);
      const images = [
        'get',
        'deployments',
        '-o',
        'jsonpath={.items[*].spec.template.spec.containers[*].image}',
      ];
      expect(
        kubectl(images)
          .out.split(' ')
          .filter((image) => !image.endsWith(':9.9.9')),
      ).toEqual([]);
      expect(release('rollback', '1', '--no-hooks')).toMatchObject(DONE);
      expect(release('uninstall', '--no-hooks').status).toBe(0);
      const kinds = [...new Set(objects.map(({ kind }) => kind))].join();
      const left = kubectl(['get', kinds, '-l', 'app.kubernetes.io/instance=spinegrade', '-o', 'name']).out;
      expect(left.trim()).toMatch(/^(persistentvolumeclaim\/spinegrade-data)?$/);
      kubectl(['delete', 'persistentvolumeclaim', '--all', '--wait=false']);
      // Where nobody looks after volumes nobody lets go of them either.
      const free = ['--type=merge', '--patch', '{"metadata":{"finalizers":null}}'];
      if (left !== '') kubectl(['patch', left.trim(), ...free]);
    },
    120_000,
  );
});
