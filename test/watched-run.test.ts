import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMetrics } from '../src/observe/metrics.ts';
import {
  askingPanels,
  type DashboardAnswers,
  dashboards,
  filled,
  type PanelAnswer,
} from './support/dashboards.ts';
import { serviceClient } from './support/service-client.ts';
import { KEY_DAYS, runAllThatIsTold } from './support/watched-run.ts';
import { CERTIFICATE_DAYS, startWatchedSite, type WatchedSite } from './support/watched-site.ts';

const registry = new Registry();
const { described } = createMetrics(registry);
const processes = registry
  .getMetricsAsArray()
  .map(({ name }) => name)
  .filter((name) => !described.some((metric) => metric.name === name));

let at: WatchedSite;
let from: number;

beforeAll(async () => {
  at = await startWatchedSite(41);
  from = Date.now() / 1000;
  await runAllThatIsTold(at);
}, 600_000);
afterAll(async () => {
  const file = process.env['DASHBOARD_ANSWERS'];
  if (at !== undefined && file !== undefined) await writeFile(file, JSON.stringify(await answers()));
  await at?.close();
}, 120_000);

/** What every panel shows of the run, for test/draw-dashboards.ts. */
async function answers(): Promise<DashboardAnswers> {
  const to = Date.now() / 1000;
  const panels: Record<string, PanelAnswer[]> = {};
  for (const dashboard of dashboards()) {
    for (const { id, targets } of askingPanels(dashboard)) {
      panels[`${dashboard.uid} ${id}`] = await Promise.all(
        targets.map(async ({ expr, legendFormat }) => ({
          legendFormat,
          series: await at.prometheus.queryRange(filled(expr, Math.ceil(to - from)), from, to, 2),
        })),
      );
    }
  }
  return { from, to, panels };
}

const seconds = () => Math.ceil(Date.now() / 1000 - from);

describe('in a run in which everything happens that is told of', () => {
  test.each(described.map(({ name, type }) => [name, type] as const))('%s moves', async (name, type) => {
    const sample = type === 'histogram' ? `${name}_count` : name;
    const highest = await at.prometheus.query(`max_over_time(${sample}[${seconds()}s]) > 0`);
    expect(highest.length).toBeGreaterThan(0);
  });

  test('the process tells of itself', async () => {
    for (const name of processes) {
      const sample = name === 'nodejs_gc_duration_seconds' ? `${name}_count` : name;
      expect(
        (await at.prometheus.query(`max_over_time(${sample}[${seconds()}s])`)).length,
        name,
      ).toBeGreaterThan(0);
    }
  });

  test('labels say what docs/metrics.md lists, in no more series than it says, and never a UID', async () => {
    for (const { name, type, labels, buckets, series } of described) {
      const sample = type === 'histogram' ? `${name}_count` : name;
      const found = await at.prometheus.query(
        `max by (${['instance', ...Object.keys(labels)].join(', ')}) (max_over_time(${sample}[${seconds()}s]))`,
      );
      for (const [label, values] of Object.entries(labels)) {
        const said = new Set(found.flatMap(({ metric }) => metric[label] ?? []));
        if ('atMost' in values) expect(said.size, `${name} ${label}`).toBeLessThanOrEqual(values.atMost);
        else for (const value of said) expect(values, `${name} ${label}`).toContain(value);
      }
      const one = type === 'histogram' ? buckets.length + 3 : 1;
      const ofOne = Map.groupBy(found, ({ metric }) => metric['instance']);
      for (const [, each] of ofOne) expect(each.length * one, name).toBeLessThanOrEqual(series);
    }
    const text = await serviceClient(at.site.service.url).metrics();
    expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+\.\d+/);
  });

  test('promtool finds nothing to say of what is scraped', async () => {
    const text = await serviceClient(at.site.service.url).metrics();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  test('certificates and keys are told of as they end', async () => {
    const days = async (name: string) => {
      const ends = await at.prometheus.query(`last_over_time(spinegrade_${name}[${seconds()}s]) - time()`);
      return ends.map(({ metric, values }) => [
        metric['setting'] ?? '',
        Math.round(Number(values[0]![1]) / 86_400),
      ]);
    };
    for (const server of ['archive', 'worklist', 'http']) {
      expect(await days(`${server}_certificate_expiry_timestamp_seconds`)).toEqual([['', CERTIFICATE_DAYS]]);
    }
    expect(await days('configured_certificate_expiry_timestamp_seconds')).toEqual([
      ['PACS_CLIENT_CERT', CERTIFICATE_DAYS],
    ]);
    expect(await days('api_key_expiry_timestamp_seconds')).toEqual([['', KEY_DAYS]]);
  });

  test('every rule can be evaluated', async () => {
    const { groups } = await at.prometheus.rules();
    const rules = groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(20);
    for (const { name, health, lastError } of rules)
      expect([name, health, lastError]).toEqual([name, 'ok', undefined]);
  });

  describe.each(dashboards().map((dashboard) => [dashboard.title, dashboard] as const))(
    '%s',
    (_, dashboard) => {
      test.each(askingPanels(dashboard).map((panel) => [panel.title, panel] as const))(
        '%s has data',
        async (_, panel) => {
          for (const { expr } of panel.targets) {
            const query = filled(expr, seconds());
            const answer = await at.prometheus.queryRange(query, from, Date.now() / 1000, 1);
            expect(answer.flatMap(({ values }) => values).length, query).toBeGreaterThan(0);
          }
        },
      );
    },
  );
});
