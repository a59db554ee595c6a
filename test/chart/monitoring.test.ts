import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import {
  describeWithHelm,
  HELMS,
  type Manifest,
  ofKind,
  one,
  packaged,
  rendered,
  template,
  templateOf,
} from './helm.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const settings = { PACS_URL: 'https://pacs.example/dicom-web' };
const labels = { release: 'kube-prometheus-stack' };
const filesIn = (folder: string, ending: string) =>
  readdirSync(resolve(ROOT, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => ({
      name: file.slice(0, -ending.length),
      text: readFileSync(resolve(ROOT, folder, file), 'utf8'),
    }));
const named = (objects: readonly Manifest[]) =>
  Object.fromEntries(objects.map((object) => [object.metadata.name, object]));

describeWithHelm.each(HELMS)('monitoring, %s', (helm) => {
  test('a PrometheusRule is its rule file, file by file', () => {
    const rules = filesIn('prometheus/rules', '.yaml');
    const objects = rendered(helm, { settings, monitoring: { rules: { enabled: true, labels } } });
    const made = named(ofKind(objects, 'PrometheusRule'));
    expect(rules.length).toBeGreaterThan(0);
    // The file spinegrade.yaml has the release's own name.
    const nameOf = (file: string) => (file === 'spinegrade' ? file : `spinegrade-${file}`);
    expect(Object.keys(made).sort()).toEqual(rules.map(({ name }) => nameOf(name)).sort());
    for (const { name, text } of rules) {
      expect(made[nameOf(name)].spec).toEqual(load(text));
      expect(made[nameOf(name)].metadata.labels).toMatchObject(labels);
    }
  });

  test('whoever is paged finds the runbook where the site has it', () => {
    const runbookUrl = 'https://wiki.example/runbook';
    const [object] = ofKind(
      rendered(helm, { settings, monitoring: { rules: { enabled: true, runbookUrl } } }),
      'PrometheusRule',
    );
    const alerts = object.spec.groups
      .flatMap(({ rules }: Manifest) => rules)
      .filter(({ alert }: Manifest) => alert);
    expect(alerts.length).toBeGreaterThan(0);
    for (const { annotations } of alerts)
      expect(annotations.runbook_url).toMatch(/^https:\/\/wiki\.example\/runbook#/);
  });

  test('two releases of a namespace are two jobs', () => {
    const job = (release: string) =>
      one(
        template(helm, { settings, monitoring: { podMonitor: { enabled: true } } }, release).objects,
        'PodMonitor',
      ).spec.podMetricsEndpoints[0].relabelings[0].replacement;
    expect(job('north')).toBe('north-spinegrade');
    expect(job('spinegrade')).toBe('spinegrade');
  });

  test('a dashboard’s ConfigMap holds its file to the letter', () => {
    const dashboards = filesIn('grafana/dashboards', '.json');
    const objects = rendered(helm, { settings, monitoring: { dashboards: { enabled: true } } });
    const made = named(ofKind(objects, 'ConfigMap'));
    expect(dashboards.length).toBeGreaterThan(0);
    expect(Object.keys(made).sort()).toEqual(
      dashboards.map(({ name }) => `spinegrade-dashboard-${name}`).sort(),
    );
    for (const { name, text } of dashboards) {
      const { data, metadata } = made[`spinegrade-dashboard-${name}`];
      expect(data[`${name}.json`].trimEnd()).toBe(text.trimEnd());
      expect(metadata.labels['grafana_dashboard']).toBe('1');
    }
  });

  test('every role is scraped as the job that rules and dashboards name', () => {
    const split = { mode: 'split', settings, secrets: { DATABASE_URL: { name: 'db' } } };
    const objects = rendered(helm, { ...split, monitoring: { podMonitor: { enabled: true, labels } } });
    const { metadata, spec } = one(objects, 'PodMonitor');
    expect(metadata.labels).toMatchObject(labels);
    expect(spec.selector.matchExpressions[0].values).toEqual(['api', 'watcher', 'worker']);
    expect(spec.podMetricsEndpoints).toEqual([
      {
        port: 'operations',
        path: '/metrics',
        interval: '30s',
        relabelings: [{ targetLabel: 'job', replacement: 'spinegrade' }],
      },
    ]);
  });

  test('a packaged chart has them in it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chart-'));
    try {
      const monitoring = { rules: { enabled: true }, dashboards: { enabled: true } };
      const kinds = (objects: readonly Manifest[]) =>
        objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      const { objects } = templateOf(packaged(helm, folder), helm, { settings, monitoring }, 'spinegrade');
      expect(kinds(objects)).toEqual(kinds(rendered(helm, { settings, monitoring })));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('nothing of it unless it is wanted', () => {
    const objects = rendered(helm, { settings });
    for (const kind of ['PodMonitor', 'PrometheusRule', 'ConfigMap'])
      expect(ofKind(objects, kind)).toEqual([]);
  });
});
