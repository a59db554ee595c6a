import type { Dashboard, DashboardAnswers, Panel, PanelAnswer } from './dashboards.ts';
import type { PrometheusSeries } from './prometheus.ts';

const COLUMN = 62;
const ROW = 36;
const GAP = 8;
const COLOURS = [
  '#7eb26d',
  '#eab839',
  '#6ed0e0',
  '#ef843c',
  '#e24d42',
  '#1f78c1',
  '#ba43a9',
  '#705da0',
  '#508642',
];
const NAMED: Readonly<Record<string, string>> = { green: '#3d8f4f', orange: '#d6792b', red: '#c4162a' };

/**
 * A page with the panels of a dashboard in its own grid, drawn from the answers of Prometheus. This is not Grafana: it is
 * for seeing whether a panel says something, in the right unit, in the place where it stands.
 */
export function drawDashboard({ title, uid, panels }: Dashboard, answers: DashboardAnswers): string {
  const drawn = panels.map((panel) => drawPanel(panel, answers.panels[`${uid} ${panel.id}`] ?? [], answers));
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * ROW;
  return `<!doctype html><meta charset="utf-8"><title>${text(title)}</title><style>
    body { margin: 8px; background: #111217; color: #ccccdc; font: 12px sans-serif; width: ${24 * COLUMN}px }
    h1 { font-size: 16px; margin: 4px } main { position: relative; height: ${height}px }
    section { position: absolute; background: #181b1f; border: 1px solid #2c3235; box-sizing: border-box; overflow: hidden }
    h2 { font-size: 12px; margin: 5px 7px; font-weight: 600 } h3 { font-size: 14px; margin: 9px 2px }
    .row { background: none; border: none } .big { font-size: 26px; text-align: center; padding: 14px 4px; color: #fff }
    ul { list-style: none; margin: 0 7px; padding: 0 } li { display: inline-block; margin-right: 10px; white-space: nowrap }
    td, th { text-align: left; padding: 2px 9px } i { display: inline-block; width: 9px; height: 3px; margin: 3px 4px }
    .bar { background: #2c3235; margin: 1px 7px 5px } .bar b { display: block; height: 9px; background: #3d8f4f }
    .none { color: #8e8e99; text-align: center; padding: 12px }
  </style><h1>${text(title)}</h1><main>${drawn.join('')}</main>`;
}

function drawPanel(panel: Panel, answers: readonly PanelAnswer[], range: DashboardAnswers): string {
  const { x, y, w, h } = panel.gridPos;
  const [width, height] = [w * COLUMN - GAP, h * ROW - GAP];
  const style = `left:${x * COLUMN}px;top:${y * ROW}px;width:${width}px;height:${height}px`;
  if (panel.type === 'row')
    return `<section class="row" style="${style}"><h3>${text(panel.title)}</h3></section>`;
  const series = answers.flatMap(({ legendFormat, series }) =>
    series.map((one) => ({ ...one, legend: legendOf(legendFormat, one.metric) })),
  );
  const body =
    series.length === 0
      ? '<div class="none">No data</div>'
      : BODIES[panel.type]!(panel, series, range, width, height - 28);
  return `<section style="${style}"><h2>${text(panel.title)}</h2>${body}</section>`;
}

type Drawn = PrometheusSeries & { readonly legend: string };
type Body = (
  panel: Panel,
  series: readonly Drawn[],
  range: DashboardAnswers,
  width: number,
  height: number,
) => string;

const BODIES: Readonly<Record<string, Body>> = {
  stat({ fieldConfig }, series) {
    const { thresholds, mappings = [] } = fieldConfig!.defaults;
    return series
      .map(({ values, legend }) => {
        const value = Number(values.at(-1)![1]);
        const step = thresholds!.steps.findLast((each) => each.value === null || value >= each.value)!;
        const words = mappings[0]?.options[String(value)]?.text ?? inUnit(value, fieldConfig!.defaults);
        const name = series.length > 1 ? `<small>${text(legend)}</small> ` : '';
        return `<div class="big" style="background:${NAMED[step.color]}">${name}${words}</div>`;
      })
      .join('');
  },
  bargauge({ fieldConfig }, series) {
    const shown = series.map(({ legend, values }) => ({ legend, value: Number(values.at(-1)![1]) }));
    const most = fieldConfig!.defaults.max ?? Math.max(...shown.map(({ value }) => value), 1e-9);
    return shown
      .toSorted((a, b) => b.value - a.value)
      .map(({ legend, value }) => {
        const share = Math.round((100 * value) / most);
        return `<ul><li>${text(legend)}</li><li>${inUnit(value, fieldConfig!.defaults)}</li></ul><div class="bar"><b style="width:${share}%"></b></div>`;
      })
      .join('');
  },
  table({ transformations }, series) {
    const columns = Object.entries(transformations![0]!.options.renameByName);
    const head = columns.map(([, name]) => `<th>${text(name)}</th>`).join('');
    const latest = Math.max(...series.map(({ values }) => values.at(-1)![0]));
    const rows = series
      .filter(({ values }) => values.at(-1)![0] === latest)
      .map(
        ({ metric }) =>
          `<tr>${columns.map(([label]) => `<td>${text(metric[label] ?? '')}</td>`).join('')}</tr>`,
      );
    return `<table><tr>${head}</tr>${rows.join('')}</table>`;
  },
  timeseries: drawLines,
};

function drawLines(
  { fieldConfig }: Panel,
  series: readonly Drawn[],
  { from, to }: DashboardAnswers,
  width: number,
  height: number,
) {
  const { defaults } = fieldConfig!;
  const legendRows = Math.ceil(series.length / Math.max(1, Math.floor(width / 190)));
  const [left, plotHeight] = [58, Math.max(40, height - 20 - 17 * legendRows)];
  const lines =
    defaults.custom?.stacking?.mode === 'normal'
      ? stacked(series)
      : series.map(({ values }) => points(values));
  const all = lines.flat().map(({ value }) => value);
  const limit = defaults.thresholds?.steps.at(-1)?.value ?? null;
  const top = defaults.max ?? Math.max(...all, 1e-9) * 1.05;
  const bottom = Math.min(0, ...all);
  const at = ({ time, value }: Point) => {
    const x = left + ((time - from) / (to - from)) * (width - left - 10);
    return `${x.toFixed(1)},${(plotHeight - ((value - bottom) / (top - bottom)) * (plotHeight - 6)).toFixed(1)}`;
  };
  const grid = [0, 0.5, 1].map((share) => {
    const value = bottom + share * (top - bottom);
    const y = at({ time: from, value }).split(',')[1]!;
    return `<line x1="${left}" x2="${width - 10}" y1="${y}" y2="${y}" stroke="#2c3235"/><text x="4" y="${Number(y) + 3}" fill="#8e8e99" font-size="10">${inUnit(value, defaults)}</text>`;
  });
  const limitLine =
    limit === null || limit > top
      ? ''
      : `<polyline points="${at({ time: from, value: limit })} ${at({ time: to, value: limit })}" stroke="#c4162a"/>`;
  const drawn = lines.map(
    (line, index) => `<polyline fill="none" stroke="${colour(index)}" points="${line.map(at).join(' ')}"/>`,
  );
  const legend = series.map(
    (one, index) => `<li><i style="background:${colour(index)}"></i>${text(one.legend)}</li>`,
  );
  return `<svg width="${width}" height="${plotHeight + 4}">${grid.join('')}${limitLine}${drawn.join('')}</svg><ul>${legend.join('')}</ul>`;
}

interface Point {
  readonly time: number;
  readonly value: number;
}

function points(values: PrometheusSeries['values']): Point[] {
  return values
    .map(([time, value]) => ({ time, value: Number(value) }))
    .filter(({ value }) => Number.isFinite(value));
}

function stacked(series: readonly PrometheusSeries[]): Point[][] {
  const sums = new Map<number, number>();
  return series.map(({ values }) =>
    points(values).map(({ time, value }) => {
      const sum = (sums.get(time) ?? 0) + value;
      sums.set(time, sum);
      return { time, value: sum };
    }),
  );
}

function legendOf(format: string, metric: PrometheusSeries['metric']): string {
  return format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
}

const colour = (index: number) => COLOURS[index % COLOURS.length]!;

const SCALES: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  s: [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
    [1e-3, 'ms'],
  ],
  bytes: [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ],
  Bps: [
    [1e6, 'MB/s'],
    [1e3, 'kB/s'],
    [1, 'B/s'],
  ],
};

function inUnit(
  value: number,
  { unit = '', decimals }: { readonly unit?: string; readonly decimals?: number },
): string {
  if (unit === 'percentunit') return `${(100 * value).toFixed(1)} %`;
  const scale = SCALES[unit];
  if (scale === undefined) {
    const rounded = decimals === undefined ? Number(value.toPrecision(3)) : value.toFixed(decimals);
    return `${rounded}${unit === 'reqps' ? ' req/s' : ''}`;
  }
  const [factor, name] = scale.find(([each]) => Math.abs(value) >= each) ?? scale.at(-1)!;
  return `${Number((value / factor).toPrecision(3))} ${name}`;
}

function text(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
