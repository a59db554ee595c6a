import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from '../src/domain/catalogue.ts';
import { createMetrics } from '../src/observe/metrics.ts';
import { RULES_FILE } from './support/prometheus.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const rules = (load(readFileSync(RULES_FILE, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const alertNames = [...new Set(alerts.map(({ alert }) => alert!))];

const TESTS = fileURLToPath(new URL('../prometheus/tests/', import.meta.url));
const testFiles = readdirSync(TESTS).map((name) => TESTS + name);

const runbook = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8');
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n', 1)[0]!, section] as const),
);

function promtool(...args: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}${error ?? ''}` };
}

test('the rules are rules, and behave as their tests say', () => {
  for (const done of [promtool('check', 'rules', RULES_FILE), promtool('test', 'rules', ...testFiles)]) {
    expect(done).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') });
  }
}, 300_000);

test('every alert has a test in which it fires and one in which it does not', () => {
  interface AlertTest {
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }
  const tests = testFiles.flatMap((file) => {
    const { tests } = load(readFileSync(file, 'utf8')) as { tests: { alert_rule_test?: AlertTest[] }[] };
    return tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
  });
  const tried = (fires: boolean) =>
    [
      ...new Set(
        tests.filter((one) => (one.exp_alerts ?? []).length > 0 === fires).map(({ alertname }) => alertname),
      ),
    ].sort();
  expect(tried(true)).toEqual([...alertNames].sort());
  expect(tried(false)).toEqual([...alertNames].sort());
});

test('rules ask for metrics that there are, by what docs/metrics.md calls them', () => {
  const registry = new Registry();
  const { described } = createMetrics(registry);
  const known = new Set([
    ...described.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`] : [name],
    ),
    ...registry.getMetricsAsArray().map(({ name }) => name),
    ...rules.flatMap(({ record = [] }) => record),
    'up',
  ]);
  const page = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8');
  for (const { expr, alert, record } of rules) {
    const asked = expr.match(/(?:job:)?(?:spinegrade|process)_\w+(?::\w+)?|\bup\b/g) ?? [];
    expect(asked.length, alert ?? record).toBeGreaterThan(0);
    for (const name of asked) {
      expect(known, expr).toContain(name);
      if (name.startsWith('spinegrade_'))
        expect(page).toContain(`\`${name.replace(/_(bucket|count)$/, '')}\``);
    }
  }
  // A label's values are those that the code gives it.
  for (const [, label, value] of rules
    .map(({ expr }) => expr)
    .join('\n')
    .matchAll(/(\w+)="([^"]+)"/g)) {
    const values = described.flatMap(({ labels: { [label!]: values = [] } }) =>
      'atMost' in values ? [] : values,
    );
    expect(values, `${label}="${value}"`).toContain(value);
  }
});

describe('every alert', () => {
  test.each(alerts.map((rule) => [rule.alert!, rule] as const))(
    '%s says how bad, what and where to read on',
    (name, rule) => {
      const { severity, window = '1h' } = rule.labels!;
      expect(severity).toMatch(/^(critical|warning)$/);
      expect(window).toMatch(/^\d+[hd]$/);
      const { summary, description, runbook_url, ...others } = rule.annotations!;
      expect(others).toEqual({});
      expect(summary).toMatch(/^\S.*\.$/);
      expect(description).toMatch(/^\S.*\.$/);
      expect(runbook_url).toBe(`docs/runbook.md#${name.toLowerCase()}`);
    },
  );
});

describe('docs/runbook.md', () => {
  test('has a section for every alert and for nothing else', () => {
    expect([...sections.keys()].sort()).toEqual([...alertNames].sort());
  });

  test.each([...sections])('%s has its four parts', (_, section) => {
    expect(section.match(/^### .*$/gm)).toEqual(
      ['Meaning', 'Impact', 'Diagnosis', 'Mitigation'].map((part) => `### ${part}`),
    );
    for (const part of section.split(/^### /m).slice(1))
      expect(part.split('\n').slice(1).join('').trim()).not.toBe('');
    // It names something to type, or the alert whose section does.
    expect(section).toMatch(/`(kubectl|curl|helm|logs|openssl|psql)\b|Spinegrade\w+/);
  });

  test('names alerts and codes that there are', () => {
    for (const [name] of runbook.matchAll(/Spinegrade[A-Z]\w+/g)) expect(alertNames).toContain(name);
  });

  test('and the catalogue say the same of every fault of a system: which section says what to do', () => {
    const told = [...sections].flatMap(([heading, section]) => {
      const line = /^Codes: (.*)\.$/m.exec(section)?.[1] ?? '';
      return [...line.matchAll(/`([a-z0-9-]+)`/g)].map(([, code]) => [code!, heading] as const);
    });
    const faults = Object.entries<CatalogueEntry>(CATALOGUE).filter(
      ([, { kind }]) => kind === 'fault' || kind === 'start',
    );
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(faults.map(([code, { runbook }]) => [code, runbook])),
    );
    expect(told).toHaveLength(faults.length);
  });
});

test('dashboards name sections of the runbook that there are', () => {
  const folder = new URL('../grafana/dashboards/', import.meta.url);
  const text = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('');
  const named = [...text.matchAll(/Spinegrade[A-Z]\w+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(alertNames).toContain(name);
});
