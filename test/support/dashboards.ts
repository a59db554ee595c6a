import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PrometheusSeries } from './prometheus.ts';

export interface Target {
  readonly expr: string;
  readonly legendFormat: string;
  readonly refId: string;
  readonly datasource: unknown;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: unknown;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly min?: number | null;
      readonly max?: number;
      readonly decimals?: number;
      readonly thresholds?: {
        readonly steps: readonly { readonly color: string; readonly value: number | null }[];
      };
      readonly mappings?: readonly {
        readonly options: Readonly<Record<string, { readonly text: string }>>;
      }[];
      readonly custom?: { readonly stacking?: { readonly mode: string } };
    };
  };
  readonly transformations?: readonly {
    readonly options: { readonly renameByName: Readonly<Record<string, string>> };
  }[];
  readonly targets?: readonly Target[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly templating: { readonly list: readonly Readonly<Record<string, unknown>>[] };
  readonly annotations: { readonly list: readonly { readonly expr: string; readonly datasource: unknown }[] };
  readonly panels: readonly Panel[];
}

const FOLDER = fileURLToPath(new URL('../../grafana/dashboards/', import.meta.url));

/** As they are provisioned. */
export function dashboards(): readonly Dashboard[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return files.map((name) => JSON.parse(readFileSync(FOLDER + name, 'utf8')));
}

/** Panels that ask something, each with its queries. */
export function askingPanels({
  panels,
}: Dashboard): readonly (Panel & { readonly targets: readonly Target[] })[] {
  return panels.filter(({ type }) => type !== 'row') as readonly (Panel & { targets: readonly Target[] })[];
}

/** A query with Grafana's variables filled: everything chosen, `rangeSeconds` shown. */
export function filled(expr: string, rangeSeconds: number, rateSeconds = 15): string {
  return expr
    .replaceAll('$__rate_interval', `${rateSeconds}s`)
    .replaceAll('$__range_s', String(rangeSeconds))
    .replaceAll('$__range', `${rangeSeconds}s`)
    .replaceAll('$namespace', '.*')
    .replaceAll('$job', '.+')
    .replaceAll('$instance', '.+');
}

/** The answer to one query of a panel. */
export interface PanelAnswer {
  readonly legendFormat: string;
  readonly series: readonly PrometheusSeries[];
}

/** What dashboards show: of each panel, by the uid of its dashboard and its id, the answers to its queries. */
export interface DashboardAnswers {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly panels: Readonly<Record<string, readonly PanelAnswer[]>>;
}
