import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../src/observe/metrics.ts';
import { askingPanels, dashboards } from './support/dashboards.ts';

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
/** Of those that Grafana knows (its valueFormats/categories.ts), the ones used here. */
const UNITS = ['short', 'none', 's', 'bytes', 'Bps', 'percentunit', 'reqps'];
/** Counters of what was found at the start of the process: their value is what is shown. */
const AT_START = /^spinegrade_(execution_provider_fallbacks|analysis_recoveries)_total$/;

const registry = new Registry();
const { described } = createMetrics(registry);
const names = new Set([
  ...described.flatMap(({ name, type }) =>
    (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((end) => name + end),
  ),
  ...registry.getMetricsAsArray().map(({ name }) => name),
]);
/** A metric with its matchers, and what stands around it. */
const SELECTOR =
  /(?<call>\w+\()?(?<name>(?:spinegrade|process|nodejs)_\w+)\{(?<matchers>[^}]*)\}(?<range>\[[^\]]*\])?/g;

test('are those that grafana/make-dashboards.mjs makes', () => {
  const script = fileURLToPath(new URL('../grafana/make-dashboards.mjs', import.meta.url));
  const made = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(made.stderr).toBe('');
});

// What grafana/dashboard-linter asks of a dashboard; the program itself cannot be had here.
describe.each(dashboards().map((dashboard) => [dashboard.title, dashboard] as const))(
  '%s',
  (_, dashboard) => {
    test('chooses data source, namespace, job and instance, and is not for editing in the page', () => {
      const { list } = dashboard.templating;
      expect(list.map(({ name }) => name)).toEqual(['datasource', 'namespace', 'job', 'instance']);
      expect(list[0]).toMatchObject({ type: 'datasource', query: 'prometheus', label: 'Data source' });
      for (const variable of list.slice(1)) {
        expect(variable).toMatchObject({
          type: 'query',
          datasource: DATASOURCE,
          multi: true,
          includeAll: true,
        });
        // Read again when the time that is shown changes.
        expect(variable['refresh']).toBe(2);
        expect(variable['allValue']).toMatch(/^\.[*+]$/);
      }
      expect(dashboard.editable).toBe(false);
    });

    test('fills the grid without holes and overlaps', () => {
      const taken = new Set<string>();
      for (const { gridPos, title } of dashboard.panels) {
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            expect(taken.has(`${x} ${y}`), title).toBe(false);
            taken.add(`${x} ${y}`);
          }
        }
      }
      const height = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
      expect(taken.size).toBe(24 * height);
      expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    });

    describe.each(askingPanels(dashboard).map((panel) => [panel.title, panel] as const))(
      '%s',
      (title, panel) => {
        test('has a title, a description, a unit, a legend and the data source that is chosen', () => {
          expect(title).toMatch(/^\S.*\S$/);
          expect(panel.description).toMatch(/^\S.{10,}\.$/s);
          expect(UNITS).toContain(panel.fieldConfig!.defaults.unit);
          expect(panel.targets.length).toBeGreaterThan(0);
          expect(panel.datasource).toEqual(DATASOURCE);
          for (const target of panel.targets) {
            expect(target.datasource).toEqual(DATASOURCE);
            expect(target.legendFormat).not.toMatch(/^$|__auto/);
          }
        });

        test('asks of the chosen namespace, job and instance for metrics that there are, counters by their increase', () => {
          for (const { expr } of panel.targets) {
            const selectors = [...expr.matchAll(SELECTOR)].map(({ groups }) => groups!);
            expect(selectors.length, expr).toBeGreaterThan(0);
            expect(expr.match(/(?:spinegrade|process|nodejs)_\w+/g)).toHaveLength(selectors.length);
            for (const { name, matchers, range, call } of selectors) {
              expect(names, expr).toContain(name);
              for (const variable of ['namespace', 'job', 'instance']) {
                expect(matchers!.split(', ')).toContain(`${variable}=~"$${variable}"`);
              }
              const counts = /_(total|bucket|sum|count)$/.test(name!) && !AT_START.test(name!);
              if (counts)
                expect([name, call], expr).toEqual([name, expect.stringMatching(/^(rate|increase)\($/)]);
              if (call === 'rate(') expect(range, expr).toBe('[$__rate_interval]');
            }
          }
        });
      },
    );
  },
);

test('together they show every metric of ours', () => {
  const shown = new Set(
    dashboards()
      .flatMap(askingPanels)
      .flatMap(({ targets }) => targets)
      .flatMap(({ expr }) => expr.match(/spinegrade_\w+/g) ?? [])
      .map((name) => name.replace(/_(bucket|sum|count)$/, '')),
  );
  expect(described.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});
