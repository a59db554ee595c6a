import { bars, dashboard, inRange, of, quantile, rate, section, stat, timeseries } from './dashboard.mjs';

const PACK = 'pack, pack_version';
const NONE_GRADED = 'nothing was graded in that time';
const CONDITIONS = [
  ['spinal_canal_stenosis', 'Spinal canal stenosis'],
  ['neural_foraminal_narrowing', 'Neural foraminal narrowing'],
  ['subarticular_stenosis', 'Subarticular stenosis'],
];
const graded = (more) => inRange('spinegrade_findings_total', more);
const share = (by, what, more) =>
  `sum by (${by}) (${graded(what)}) / on (${more}) group_left () (sum by (${more}) (${graded()}) > 0)`;
const confidence = (by, more = '') =>
  `sum by (${by}) (${rate('spinegrade_finding_confidence_sum', more)}) / (sum by (${by}) (${rate('spinegrade_finding_confidence_count', more)}) > 0)`;

const now = section('What does the model say?', [
  stat({
    title: 'Findings',
    description: 'Graded in the time shown; 25 a study where the pack grades all.',
    unit: 'short',
    w: 4,
    h: 8,
    mayBeEmpty: NONE_GRADED,
    queries: [{ expr: `sum by (${PACK}) (${graded()})`, legend: '{{pack}} {{pack_version}}' }],
  }),
  bars({
    title: 'Grades, by pack version',
    description:
      'Share of each grade among all findings of a pack version, in the time shown. Compare a new version with the one before, and both with the prevalence that your radiologists report.',
    mayBeEmpty: NONE_GRADED,
    unit: 'percentunit',
    max: 1,
    w: 10,
    queries: [{ expr: share(`${PACK}, grade`, '', PACK), legend: '{{pack}} {{pack_version}}: {{grade}}' }],
  }),
  bars({
    title: 'Mean confidence, by condition and pack version',
    description:
      'Mean of the calibrated probability of the grade given, in the time shown. A fall without a new version means that the images changed: another scanner, another protocol.',
    mayBeEmpty: NONE_GRADED,
    unit: 'percentunit',
    max: 1,
    w: 10,
    queries: [
      {
        expr: `sum by (${PACK}, condition) (${inRange('spinegrade_finding_confidence_sum')}) / (sum by (${PACK}, condition) (${inRange('spinegrade_finding_confidence_count')}) > 0)`,
        legend: '{{pack}} {{pack_version}}: {{condition}}',
      },
    ],
  }),
]);

const drift = section(
  'Does it drift?',
  CONDITIONS.map(([condition, title]) =>
    timeseries({
      title: `${title}: share moderate or severe`,
      description: 'Of the findings of each level that were given Moderate or Severe, over a day.',
      mayBeEmpty: NONE_GRADED,
      unit: 'percentunit',
      max: 1,
      queries: [
        {
          expr: `sum by (level) (increase(${of('spinegrade_findings_total', `condition="${condition}", grade=~"Moderate|Severe"`)}[1d])) / (sum by (level) (increase(${of('spinegrade_findings_total', `condition="${condition}"`)}[1d])) > 0)`,
          legend: '{{level}}',
        },
      ],
    }),
  ),
  CONDITIONS.map(([condition, title]) =>
    timeseries({
      title: `${title}: mean confidence`,
      description: 'Mean of the calibrated probability of the grade given, by level.',
      mayBeEmpty: NONE_GRADED,
      unit: 'percentunit',
      max: 1,
      queries: [{ expr: confidence('level', `condition="${condition}"`), legend: '{{level}}' }],
    }),
  ),
  [
    timeseries({
      title: 'Findings that are hardly more likely than not',
      description:
        'Share given with a probability of 0.6 or less, by condition: those that a reader should doubt first.',
      mayBeEmpty: NONE_GRADED,
      unit: 'percentunit',
      max: 1,
      w: 12,
      queries: [
        {
          expr: `sum by (condition) (${rate('spinegrade_finding_confidence_bucket', 'le="0.6"')}) / (sum by (condition) (${rate('spinegrade_finding_confidence_count')}) > 0)`,
          legend: '{{condition}}',
        },
      ],
    }),
    bars({
      title: 'Graded with a shortcoming',
      description:
        'Studies by the code of the warning (docs/reasons.md), in the time shown: missing series, uncertain numbering. They grow before grades drift.',
      mayBeEmpty: 'no study had one',
      unit: 'short',
      w: 12,
      queries: [
        {
          expr: `sort_desc(sum by (code) (${inRange('spinegrade_graded_with_warning_total')}) > 0)`,
          legend: '{{code}}',
        },
      ],
    }),
  ],
);

const networks = section('How do the networks run?', [
  timeseries({
    title: 'Networks, 95 % within',
    description: 'One run over all samples of a study.',
    mayBeEmpty: NONE_GRADED,
    unit: 's',
    w: 12,
    queries: [
      {
        expr: `histogram_quantile(0.95, sum by (le, network) (${rate('spinegrade_network_run_duration_seconds_bucket')}))`,
        legend: '{{network}}',
      },
    ],
  }),
  timeseries({
    title: 'Where they run',
    description: 'Processes by execution provider and pack version; none: processes that run no network.',
    unit: 'short',
    w: 12,
    stacked: true,
    queries: [
      {
        expr: `count by (execution_provider, ${PACK}) (${of('spinegrade_info')})`,
        legend: '{{execution_provider}}: {{pack}} {{pack_version}}',
      },
    ],
  }),
]);

const NO_SHADOW = 'no shadow pack is set (SHADOW_PACK)';
const compared = (by, more) => `sum by (${by}) (${inRange('spinegrade_shadow_findings_total', more)})`;

const another = section(
  'What would another pack say?',
  [
    bars({
      title: 'Shadow and reporting pack, by condition',
      description:
        'Share of the targets that both packs gave the same grade, or grades one or two steps apart, in the time shown. Agreement is not accuracy: docs/models.md. Figures by level: cli shadow.',
      mayBeEmpty: NO_SHADOW,
      unit: 'percentunit',
      max: 1,
      w: 10,
      queries: [
        {
          expr: `${compared('condition, agreement')} / on (condition) group_left () (${compared('condition')} > 0)`,
          legend: '{{condition}}: {{agreement}}',
        },
      ],
    }),
    bars({
      title: 'Studies, by what came of the shadow',
      description: 'In the time shown. Those that were lost cost the comparison only, never a result.',
      mayBeEmpty: NO_SHADOW,
      unit: 'short',
      w: 7,
      queries: [
        {
          expr: `sort_desc(sum by (outcome) (${inRange('spinegrade_shadow_studies_total')}) > 0)`,
          legend: '{{outcome}}',
        },
      ],
    }),
    timeseries({
      title: 'Time of the shadow, 95 % within',
      description: 'After the result is stored; the worker takes its next study afterwards.',
      mayBeEmpty: NO_SHADOW,
      unit: 's',
      w: 7,
      queries: [{ expr: quantile(0.95, 'spinegrade_shadow_duration_seconds'), legend: 'shadow' }],
    }),
  ],
  [
    timeseries({
      title: 'Packs loaded',
      description: 'Processes by pack and what it is there for.',
      mayBeEmpty: 'no worker runs',
      unit: 'short',
      w: 12,
      stacked: true,
      queries: [
        {
          expr: `count by (use, ${PACK}) (${of('spinegrade_pack_info')})`,
          legend: '{{use}}: {{pack}} {{pack_version}}',
        },
      ],
    }),
    timeseries({
      title: 'Attempts while there is a canary',
      description: 'By the pack that the study belongs to (CANARY_SHARE).',
      mayBeEmpty: 'no canary pack is set (CANARY_PACK)',
      unit: 'short',
      w: 12,
      stacked: true,
      queries: [{ expr: `sum by (use) (${rate('spinegrade_canary_attempts_total')})`, legend: '{{use}}' }],
    }),
  ],
);

export const model = dashboard({
  uid: 'spinegrade-model',
  title: 'spinegrade / model',
  description: 'Grades and confidence by condition, level and pack version: whether they drift.',
  from: 'now-7d',
  sections: [now, drift, networks, another],
  others: [
    ['Overview', 'spinegrade-overview'],
    ['Capacity', 'spinegrade-capacity'],
  ],
});
