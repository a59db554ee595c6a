import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { describe } from 'vitest';

export const CHART = resolve(import.meta.dirname, '../../helm/spinegrade');
export const NAMESPACE = 'imaging';
/** A Helm that was built from its module takes the cluster for one of long ago. */
const kubernetes = ['--kube-version', '1.37.0'];

/** Those that SPINEGRADE_HELM names, separated by colons; without it the `helm` of the machine, where it has one. */
function helmPrograms(): readonly string[] {
  const named = process.env['SPINEGRADE_HELM'];
  if (named !== undefined) {
    for (const program of named.split(':')) {
      if (!existsSync(program)) throw new Error(`SPINEGRADE_HELM names what is not there: ${program}`);
    }
    return named.split(':');
  }
  return spawnSync('helm', ['version']).status === 0 ? ['helm'] : [];
}

const programs = helmPrograms();
/** Programs to test with, all of which are there; where there is none, what stands for it is skipped. */
export const HELMS = programs.length === 0 ? ['no helm on this machine'] : programs;
export const describeWithHelm = describe.skipIf(programs.length === 0);

/** A Kubernetes object, as far as these tests look into it. */
// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds, asserted on field by field.
export type Manifest = any;

export interface HelmRun {
  readonly status: number | null;
  readonly said: string;
  readonly objects: readonly Manifest[];
}

function run(
  helm: string,
  args: readonly string[],
  values: unknown,
): { status: number | null; stdout: string; stderr: string } {
  const input = typeof values === 'string' ? values : dump(values);
  return spawnSync(helm, [...args, '-f', '-'], { input, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
}

/** helm template of the chart, as a release. */
export function template(helm: string, values: unknown, release = 'spinegrade', ...more: string[]): HelmRun {
  return templateOf(CHART, helm, values, release, ...more);
}

/** The same of a chart that lies elsewhere. */
export function templateOf(
  chart: string,
  helm: string,
  values: unknown,
  release: string,
  ...more: string[]
): HelmRun {
  const args = ['template', release, chart, '-n', NAMESPACE, ...kubernetes, ...more];
  const { status, stdout, stderr } = run(helm, args, values);
  const objects = status === 0 ? loadAll(stdout).filter((object) => object != null) : [];
  return { status, said: stderr, objects: objects as Manifest[] };
}

/** The objects. @throws Error with Helm's words */
export function rendered(helm: string, values: unknown, ...more: string[]): readonly Manifest[] {
  const { status, said, objects } = template(helm, values, 'spinegrade', ...more);
  if (status !== 0) throw new Error(said);
  return objects;
}

/** helm package: the file. @throws Error with Helm's words */
export function packaged(helm: string, folder: string): string {
  const { status, stderr } = spawnSync(helm, ['package', CHART, '-d', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return join(folder, readdirSync(folder)[0]!);
}

/** helm lint; what it says stands on both streams. */
export function lint(helm: string, values: unknown): { status: number | null; said: string } {
  const { status, stdout, stderr } = run(helm, ['lint', CHART, ...kubernetes], values);
  return { status, said: stdout + stderr };
}

/** Files of values in the chart's ci/, by scenario. */
export function scenarios(): ReadonlyMap<string, string> {
  const names = readdirSync(join(CHART, 'ci')).filter((file) => file.endsWith('-values.yaml'));
  return new Map(names.map((file) => [basename(file, '-values.yaml'), join(CHART, 'ci', file)]));
}

export function ofKind(objects: readonly Manifest[], kind: string): readonly Manifest[] {
  return objects.filter((object) => object.kind === kind);
}

/** The one object of this kind whose name ends so. @throws Error where there is none or are several */
export function one(objects: readonly Manifest[], kind: string, ending = ''): Manifest {
  const found = ofKind(objects, kind).filter((object) => object.metadata.name.endsWith(ending));
  if (found.length !== 1) throw new Error(`${found.length} ${kind} …${ending}`);
  return found[0];
}

/** Pod templates of deployments and jobs, by component. */
export function podTemplates(objects: readonly Manifest[]): ReadonlyMap<string, Manifest> {
  const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
  return new Map(
    workloads.map(({ spec: { template } }) => [
      template.metadata.labels['app.kubernetes.io/component'],
      template,
    ]),
  );
}

/** Environment of a pod's one container by name. */
export function environment(pod: Manifest): Readonly<Record<string, string>> {
  const env = pod.spec.containers[0].env as readonly { name: string; value: string }[];
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

/** Whether a label selector selects what has these labels. */
export function selects(selector: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {});
  const expressions = (selector.matchExpressions ?? []) as {
    key: string;
    operator: string;
    values: string[];
  }[];
  return (
    wanted.every(([name, value]) => labels[name] === value) &&
    expressions.every(({ key, operator, values }) => operator === 'In' && values.includes(labels[key] ?? ''))
  );
}
