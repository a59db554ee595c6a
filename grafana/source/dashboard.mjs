/** What the dashboards are made of: panels in a grid of 24 columns, on one data source that is chosen in the page. */

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Matchers of every query. */
export const OF = 'namespace=~"$namespace", job=~"$job", instance=~"$instance"';
/** Where the alert rules look: the whole installation, whatever instances are shown. */
export const RATE = '[$__rate_interval]';
/** A selector. @param more further matchers. */
export const of = (metric, more = '') => `${metric}{${OF}${more === '' ? '' : `, ${more}`}}`;
/** Per second. */
export const rate = (metric, more) => `rate(${of(metric, more)}${RATE})`;
/** In the time that the page shows. */
export const inRange = (metric, more) => `increase(${of(metric, more)}[$__range])`;
/** A quantile of a histogram, by the labels given. */
export const quantile = (q, histogram, by = '', more = '') =>
  `histogram_quantile(${q}, sum by (le${by === '' ? '' : `, ${by}`}) (${rate(`${histogram}_bucket`, more)}))`;

const GREEN = 'green';
const ORANGE = 'orange';
const RED = 'red';
/** @param limits [value, colour] in rising order above green. */
const steps = (limits, first = GREEN) => ({
  mode: 'absolute',
  steps: [{ color: first, value: null }, ...limits.map(([value, color]) => ({ color, value }))],
});
export const bad = (warn, critical) =>
  steps([
    [warn, ORANGE],
    [critical, RED],
  ]);
export const badFrom = (value) => steps([[value, RED]]);
export const goodFrom = (value) => steps([[value, GREEN]], RED);

/** @param mayBeEmpty why the panel may legitimately show nothing; told in its description. */
const describe = (description, mayBeEmpty) =>
  mayBeEmpty === undefined ? description : `${description} Empty where ${mayBeEmpty}.`;

const targets = (queries, instant) =>
  queries.map(({ expr, legend, format }, index) => ({
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    refId: String.fromCharCode(65 + index),
    range: !instant,
    instant,
    ...(format === undefined ? {} : { format }),
  }));

const panel = (
  type,
  { title, description, mayBeEmpty, unit, queries, w, h, instant = false },
  fieldConfig,
  options,
) => ({
  type,
  title,
  description: describe(description, mayBeEmpty),
  datasource: DATASOURCE,
  gridPos: { w, h, x: 0, y: 0 },
  fieldConfig: { defaults: { unit, ...fieldConfig }, overrides: [] },
  options,
  targets: targets(queries, instant),
  ...(mayBeEmpty === undefined ? {} : { spinegradeMayBeEmpty: true }),
});

/** Prometheus extrapolates an increase to the whole range, so that counts come out a little off a whole number. */
const counts = ({ unit, decimals = unit === 'short' ? 0 : undefined }) =>
  decimals === undefined ? {} : { decimals };

/** One number. */
export const stat = ({ thresholds = steps([]), w = 4, h = 4, mappings = [], ...facts }) =>
  panel(
    'stat',
    { w, h, instant: true, ...facts },
    { thresholds, mappings, color: { mode: 'thresholds' }, ...counts(facts) },
    {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'background',
      graphMode: 'none',
      textMode: 'auto',
    },
  );

/** Lines, or stacked areas, over time. @param line a limit that is drawn. */
export const timeseries = ({ stacked = false, w = 8, h = 8, min = 0, max, line, ...facts }) =>
  panel(
    'timeseries',
    { w, h, ...facts },
    {
      min,
      ...(max === undefined ? {} : { max }),
      ...(line === undefined ? {} : { thresholds: steps([[line, RED]], 'transparent') }),
      custom: {
        drawStyle: 'line',
        fillOpacity: stacked ? 40 : 8,
        lineWidth: 1,
        showPoints: 'auto',
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: line === undefined ? 'off' : 'line' },
      },
    },
    {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  );

/** One bar a series, longest first. */
export const bars = ({ w = 8, h = 8, max, ...facts }) =>
  panel(
    'bargauge',
    { w, h, instant: true, ...facts },
    {
      min: 0,
      ...(max === undefined ? {} : { max }),
      thresholds: steps([]),
      color: { mode: 'thresholds' },
      ...counts(facts),
    },
    {
      displayMode: 'basic',
      orientation: 'horizontal',
      showUnfilled: true,
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  );

/** What the labels of a series say, a row a series. @param columns label to heading. */
export const table = ({ w = 12, h = 5, columns, ...facts }) => ({
  ...panel('table', { w, h, instant: true, ...facts }, { custom: { align: 'auto' } }, { showHeader: true }),
  transformations: [
    {
      id: 'organize',
      options: {
        excludeByName: { Time: true, Value: true },
        includeByName: Object.fromEntries(Object.keys(columns).map((label) => [label, true])),
        indexByName: Object.fromEntries(Object.keys(columns).map((label, index) => [label, index])),
        renameByName: columns,
      },
    },
  ],
});

/** A heading with the rows of panels below it; each row is filled from the left. */
export const section = (title, ...rows) => ({ title, rows });

const variable = (name, label, query) => ({
  name,
  label,
  type: 'query',
  datasource: DATASOURCE,
  definition: query,
  query: { query, refId: `variable-${name}` },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: name === 'namespace' ? '.*' : '.+',
  current: { selected: true, text: ['All'], value: ['$__all'] },
});

const VARIABLES = [
  {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    current: {},
    hide: 0,
    refresh: 1,
    regex: '',
  },
  variable('namespace', 'Namespace', 'label_values(spinegrade_info, namespace)'),
  variable('job', 'Job', 'label_values(spinegrade_info{namespace=~"$namespace"}, job)'),
  variable(
    'instance',
    'Instance',
    'label_values(spinegrade_info{namespace=~"$namespace", job=~"$job"}, instance)',
  ),
];

/** A dashboard as Grafana provisions it. @param others [title, uid] of the dashboards it links to. */
export function dashboard({ uid, title, description, from, sections, others }) {
  let y = 0;
  let id = 0;
  const panels = sections.flatMap(({ title: heading, rows }) => {
    const head = {
      type: 'row',
      title: heading,
      collapsed: false,
      panels: [],
      gridPos: { w: 24, h: 1, x: 0, y },
    };
    y += 1;
    const placed = rows.flatMap((row) => {
      let x = 0;
      const line = row.map((each) => {
        const gridPos = { ...each.gridPos, x, y };
        x += gridPos.w;
        return { ...each, gridPos };
      });
      if (x > 24) throw new Error(`${title}, ${heading}: a row of ${x} columns`);
      y += Math.max(...row.map(({ gridPos }) => gridPos.h));
      return line;
    });
    return [head, ...placed];
  });
  return {
    uid,
    title,
    description,
    tags: ['spinegrade'],
    editable: false,
    graphTooltip: 1,
    schemaVersion: 39,
    refresh: '1m',
    time: { from, to: 'now' },
    timezone: 'browser',
    links: others.map(([text, of]) => ({
      type: 'link',
      title: text,
      url: `/d/${of}`,
      includeVars: true,
      keepTime: true,
      targetBlank: false,
      asDropdown: false,
      icon: 'dashboard',
      tags: [],
      tooltip: '',
    })),
    templating: { list: VARIABLES },
    annotations: {
      list: [
        {
          name: 'Starts of processes',
          datasource: DATASOURCE,
          enable: true,
          iconColor: 'blue',
          expr: `changes(${of('process_start_time_seconds')}${RATE}) > 0`,
          titleFormat: 'started',
          textFormat: '{{instance}}',
        },
      ],
    },
    panels: panels.map((each) => ({ id: ++id, ...each })),
  };
}
