import {
  bad,
  badFrom,
  bars,
  dashboard,
  goodFrom,
  inRange,
  of,
  quantile,
  rate,
  section,
  stat,
  table,
  timeseries,
} from './dashboard.mjs';

const LATE = 'spinegrade_result_delay_after_last_image_seconds';
const WITHIN = 'le=~"600|600[.]0"';
const AWAY_NOW = `min(${of('spinegrade_archive_available')})`;

const health = section(
  'Are we healthy?',
  [
    stat({
      title: 'Results in time',
      description:
        'Share of results that were in the archive 10 minutes after the last image (the service level is 95 %), in the time shown.',
      mayBeEmpty: 'there was no result in that time',
      unit: 'percentunit',
      thresholds: goodFrom(0.95),
      queries: [
        {
          expr: `sum(${inRange(`${LATE}_bucket`, WITHIN)}) / (sum(${inRange(`${LATE}_count`)}) > 0)`,
          legend: 'in time',
        },
      ],
    }),
    stat({
      title: 'Waiting',
      description: 'Analyses in the queue, those that wait for another attempt included.',
      unit: 'short',
      thresholds: bad(20, 100),
      queries: [{ expr: `max(${of('spinegrade_queue_analyses', 'state="queued"')})`, legend: 'waiting' }],
    }),
    stat({
      title: 'Oldest waiting',
      description: 'How long the oldest waiting analysis has waited.',
      unit: 's',
      thresholds: bad(1800, 7200),
      queries: [{ expr: `max(${of('spinegrade_queue_oldest_age_seconds')})`, legend: 'oldest' }],
    }),
    stat({
      title: 'Dead letters',
      description:
        'Studies that failed for good: nothing analyses them again until somebody asks (runbook: SpinegradeDeadLetters).',
      unit: 'short',
      thresholds: badFrom(1),
      queries: [{ expr: `max(${of('spinegrade_dead_letter_studies')})`, legend: 'dead letters' }],
    }),
    stat({
      title: 'Last poll',
      description: 'How long ago the watcher last polled the archive with success.',
      mayBeEmpty: 'no watcher has polled yet',
      unit: 's',
      thresholds: bad(300, 900),
      queries: [
        {
          expr: `time() - max(${of('spinegrade_watcher_last_poll_timestamp_seconds')} > 0)`,
          legend: 'last poll',
        },
      ],
    }),
    stat({
      title: 'Archive',
      description:
        'Whether the archive can be asked; while it cannot, work waits for it and goes on by itself.',
      unit: 'short',
      thresholds: goodFrom(1),
      mappings: [{ type: 'value', options: { 0: { text: 'away' }, 1: { text: 'answers' } } }],
      queries: [{ expr: AWAY_NOW, legend: 'archive' }],
    }),
  ],
  [
    stat({
      title: 'Watchers acting',
      description: 'Processes that watch the archive: exactly one, however many stand by.',
      mayBeEmpty: 'no process has the role of a watcher',
      unit: 'short',
      thresholds: {
        mode: 'absolute',
        steps: [
          { color: 'red', value: null },
          { color: 'green', value: 1 },
          { color: 'orange', value: 2 },
        ],
      },
      queries: [{ expr: `sum(${of('spinegrade_watcher_acting')})`, legend: 'acting' }],
    }),
    stat({
      title: 'Database',
      description: 'Whether every process reached its database at the last scrape.',
      unit: 'short',
      thresholds: goodFrom(1),
      mappings: [{ type: 'value', options: { 0: { text: 'away' }, 1: { text: 'answers' } } }],
      queries: [{ expr: `min(${of('spinegrade_database_available')})`, legend: 'database' }],
    }),
    stat({
      title: 'Disk left',
      description: 'Of the disk of the embedded database, the fullest one.',
      mayBeEmpty: 'the database is a PostgreSQL: watch its own disk',
      unit: 'percentunit',
      thresholds: {
        mode: 'absolute',
        steps: [
          { color: 'red', value: null },
          { color: 'orange', value: 0.05 },
          { color: 'green', value: 0.15 },
        ],
      },
      queries: [
        {
          expr: `min(${of('spinegrade_data_folder_free_bytes')} / ${of('spinegrade_data_folder_size_bytes')})`,
          legend: 'left',
        },
      ],
    }),
    stat({
      title: 'Certificates and keys',
      description:
        'How long certificates are valid: those that archive, worklist and this API show, and those of the settings, by setting; and the API key that ends next.',
      mayBeEmpty: 'nobody speaks TLS, and no key ends',
      unit: 's',
      thresholds: goodFrom(14 * 86_400),
      queries: [
        {
          expr: `min(${of('spinegrade_archive_certificate_expiry_timestamp_seconds')}) - time()`,
          legend: 'archive',
        },
        {
          expr: `min(${of('spinegrade_worklist_certificate_expiry_timestamp_seconds')}) - time()`,
          legend: 'worklist',
        },
        {
          expr: `min(${of('spinegrade_http_certificate_expiry_timestamp_seconds')}) - time()`,
          legend: 'API',
        },
        {
          expr: `min by (setting) (${of('spinegrade_configured_certificate_expiry_timestamp_seconds')}) - time()`,
          legend: '{{setting}}',
        },
        {
          expr: `min(${of('spinegrade_api_key_expiry_timestamp_seconds')}) - time()`,
          legend: 'API key',
        },
      ],
    }),
    stat({
      title: 'Starts of processes',
      description: 'How often processes started in the time shown.',
      unit: 'short',
      thresholds: bad(3, 10),
      queries: [{ expr: `sum(changes(${of('process_start_time_seconds')}[$__range]))`, legend: 'starts' }],
    }),
    stat({
      title: 'Networks on a fallback',
      description: 'Processes whose networks run on another execution provider than the one preferred.',
      unit: 'short',
      thresholds: badFrom(1),
      queries: [
        {
          expr: `sum(clamp_max(${of('spinegrade_execution_provider_fallbacks_total')}, 1))`,
          legend: 'on a fallback',
        },
      ],
    }),
  ],
  [
    table({
      title: 'What runs',
      description: 'Role, version, pack and execution provider of every process.',
      unit: 'none',
      w: 24,
      h: 5,
      queries: [
        {
          expr: `max by (instance, role, version, pack, pack_version, pack_sha256, execution_provider) (${of('spinegrade_info')})`,
          legend: '{{instance}}',
          format: 'table',
        },
      ],
      columns: {
        instance: 'process',
        role: 'role',
        version: 'version',
        pack: 'pack',
        pack_version: 'of version',
        pack_sha256: 'SHA-256',
        execution_provider: 'runs on',
      },
    }),
  ],
);

const lateness = section('How late are we?', [
  timeseries({
    title: 'From the last image to the archive',
    description:
      'The service level: 10 minutes (red line) for 95 % of the results. The quiet time of the watcher (WATCH_QUIET_MS) is a part of it.',
    mayBeEmpty: 'there was no result in that time',
    unit: 's',
    line: 600,
    queries: [
      { expr: quantile(0.5, LATE), legend: 'half of them within' },
      { expr: quantile(0.95, LATE), legend: '95 % within' },
    ],
  }),
  timeseries({
    title: 'From the first sight to the archive',
    description: 'What a reader waits for, the time of the scanner and its sender included.',
    mayBeEmpty: 'there was no result in that time',
    unit: 's',
    queries: [
      {
        expr: quantile(0.5, 'spinegrade_result_delay_seconds', 'trigger'),
        legend: 'half within, {{trigger}}',
      },
      {
        expr: quantile(0.95, 'spinegrade_result_delay_seconds', 'trigger'),
        legend: '95 % within, {{trigger}}',
      },
    ],
  }),
  timeseries({
    title: 'What waits, and for how long',
    description:
      'Age of the oldest waiting analysis, and of the oldest results that the archive has not given back.',
    unit: 's',
    queries: [
      { expr: `max(${of('spinegrade_queue_oldest_age_seconds')})`, legend: 'waiting analysis' },
      { expr: `max(${of('spinegrade_outbox_oldest_age_seconds')})`, legend: 'results not in the archive' },
    ],
  }),
]);

const failures = section(
  'What fails, and why?',
  [
    timeseries({
      title: 'Analyses that ended, an hour',
      description: 'By outcome, all processes together.',
      unit: 'short',
      stacked: true,
      queries: [
        { expr: `sum by (outcome) (${rate('spinegrade_analyses_total')}) * 3600`, legend: '{{outcome}}' },
      ],
    }),
    bars({
      title: 'Failed for good, by stage and code',
      description:
        'Analyses that failed after all their attempts, in the time shown. docs/reasons.md tells the codes.',
      mayBeEmpty: 'nothing failed',
      unit: 'short',
      queries: [
        {
          expr: `sort_desc(sum by (stage, code) (${inRange('spinegrade_analysis_failures_total')}) > 0)`,
          legend: '{{stage}}: {{code}}',
        },
      ],
    }),
    bars({
      title: 'Tried again, by stage and code',
      description: 'Faults that passed, or may: the analysis is tried again. In the time shown.',
      mayBeEmpty: 'there was no fault',
      unit: 'short',
      queries: [
        {
          expr: `sort_desc(sum by (stage, code) (${inRange('spinegrade_analysis_retries_total')}) > 0)`,
          legend: '{{stage}}: {{code}}',
        },
      ],
    }),
  ],
  [
    bars({
      title: 'Not analysed, by reason',
      description:
        'Studies that are no lumbar MRI, or lack what the model needs; no fault. In the time shown.',
      mayBeEmpty: 'every study could be analysed',
      unit: 'short',
      queries: [
        {
          expr: `sort_desc(sum by (code) (${inRange('spinegrade_ineligible_total')}) > 0)`,
          legend: '{{code}}',
        },
      ],
    }),
    bars({
      title: 'Why studies were submitted',
      description:
        'complete: quiet, with every series the model needs. longest-wait: not complete after WATCH_LONGEST_WAIT_MS; many of them mean that images come late or series are not recognised. In the time shown.',
      unit: 'short',
      queries: [
        {
          expr: `sort_desc(sum by (why) (${inRange('spinegrade_watch_submissions_total')}))`,
          legend: '{{why}}',
        },
      ],
    }),
    bars({
      title: 'Faults outside analyses',
      description: 'By the part of the process where they came up, in the time shown; the log tells each.',
      unit: 'short',
      queries: [
        { expr: `sort_desc(sum by (part) (${inRange('spinegrade_faults_total')}))`, legend: '{{part}}' },
      ],
    }),
  ],
);

const archive = section(
  'Is the PACS the cause?',
  [
    stat({
      title: 'Away for',
      description: 'Since when work waits for the archive, or for its credentials.',
      mayBeEmpty: 'the archive answers',
      unit: 's',
      h: 8,
      thresholds: bad(300, 1800),
      queries: [
        {
          expr: `time() - min by (code) (${of('spinegrade_archive_away_since_timestamp_seconds')})`,
          legend: '{{code}}',
        },
      ],
    }),
    timeseries({
      title: 'Archive can be asked',
      description: '1: it answers; 0: work waits for it, or for its credentials. The least of all processes.',
      unit: 'short',
      w: 6,
      max: 1,
      queries: [{ expr: AWAY_NOW, legend: 'answers' }],
    }),
    timeseries({
      title: 'Requests to the archive, by what became of them',
      description: 'none: no answer; cut: the answer broke off; called-off: this service needed it no more.',
      unit: 'reqps',
      w: 7,
      stacked: true,
      queries: [
        {
          expr: `sum by (status) (${rate('spinegrade_archive_requests_total')})`,
          legend: '{{status}}',
        },
      ],
    }),
    timeseries({
      title: 'Time of requests, 95 % within',
      description:
        'From the request to the end of the answer. QIDO-RS: queries; WADO-RS: metadata and images; STOW-RS: results.',
      mayBeEmpty: 'nothing was asked in that time',
      unit: 's',
      w: 7,
      queries: [
        {
          expr: quantile(0.95, 'spinegrade_archive_request_duration_seconds', 'transaction'),
          legend: '{{transaction}}',
        },
      ],
    }),
  ],
  [
    bars({
      title: 'Requests that the archive failed',
      description: 'No answer, half of one, or a 5xx, by what was asked; in the time shown.',
      mayBeEmpty: 'every request was answered',
      unit: 'short',
      queries: [
        {
          expr: `sort_desc(sum by (call, status) (${inRange('spinegrade_archive_requests_total', 'status=~"5xx|none|cut"')}) > 0)`,
          legend: '{{call}}: {{status}}',
        },
      ],
    }),
    bars({
      title: 'Odd things left aside',
      description: 'What the archive tells or holds that cannot be used, by code; in the time shown.',
      mayBeEmpty: 'there was nothing odd',
      unit: 'short',
      queries: [
        {
          expr: `sort_desc(sum by (code) (${inRange('spinegrade_passed_over_total')}) > 0)`,
          legend: '{{code}}',
        },
      ],
    }),
    bars({
      title: 'Warnings, outages, ways of its own',
      description:
        'Objects the archive took with a reservation, by kind; times that work began to wait for it, by code; both in the time shown. Ways of this archive’s own that were found out and are worked around, by code.',
      mayBeEmpty: 'there were none',
      unit: 'short',
      queries: [
        {
          expr: `sum by (kind) (${inRange('spinegrade_store_warnings_total')}) > 0`,
          legend: 'warning: {{kind}}',
        },
        {
          expr: `sum by (code) (${inRange('spinegrade_archive_outages_total')}) > 0`,
          legend: 'outage: {{code}}',
        },
        { expr: `max by (code) (${of('spinegrade_archive_ways')})`, legend: 'way: {{code}}' },
      ],
    }),
  ],
);

export const overview = dashboard({
  uid: 'spinegrade-overview',
  title: 'spinegrade / overview',
  description: 'Is it healthy, how late is it, what fails and why, and is the PACS the cause.',
  from: 'now-24h',
  sections: [health, lateness, failures, archive],
  others: [
    ['Capacity', 'spinegrade-capacity'],
    ['Model', 'spinegrade-model'],
  ],
});
