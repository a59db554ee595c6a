import { dashboard, inRange, of, quantile, rate, section, stat, timeseries } from './dashboard.mjs';

const mean = (histogram, by) =>
  `sum by (${by}) (${rate(`${histogram}_sum`)}) / (sum by (${by}) (${rate(`${histogram}_count`)}) > 0)`;

const load = section(
  'How much is there to do?',
  [
    stat({
      title: 'Studies an hour',
      description: 'Analyses that ended, mean of the time shown.',
      unit: 'short',
      w: 4,
      decimals: 1,
      queries: [
        { expr: `sum(${inRange('spinegrade_analyses_total')}) * 3600 / $__range_s`, legend: 'an hour' },
      ],
    }),
    stat({
      title: 'Workers busy',
      description:
        'Share of JOB_CONCURRENCY of all workers that was in use, mean of the time shown. Above 70 % the queue grows at every peak: add workers.',
      mayBeEmpty: 'no process has the role of a worker',
      unit: 'percentunit',
      w: 4,
      queries: [
        {
          expr: `sum(avg_over_time(${of('spinegrade_worker_analyses')}[$__range])) / sum(avg_over_time(${of('spinegrade_worker_concurrency')}[$__range]))`,
          legend: 'busy',
        },
      ],
    }),
    stat({
      title: 'Runs a result',
      description:
        'Attempts begun for each analysis that ended, in the time shown: 1 where nothing has to be tried again.',
      mayBeEmpty: 'no analysis ended',
      unit: 'short',
      w: 4,
      decimals: 2,
      queries: [
        {
          expr: `sum(${inRange('spinegrade_analysis_attempts_total')}) / (sum(${inRange('spinegrade_analyses_total')}) > 0)`,
          legend: 'runs',
        },
      ],
    }),
    stat({
      title: 'Found unfinished at start',
      description: 'Analyses that an earlier process had left open, found by the processes that run now.',
      unit: 'short',
      w: 4,
      queries: [{ expr: `sum(${of('spinegrade_analysis_recoveries_total')})`, legend: 'found' }],
    }),
    stat({
      title: 'Given back to the queue',
      description:
        'Running analyses that went back: a process stopped, the archive went away. In the time shown.',
      unit: 'short',
      w: 4,
      queries: [{ expr: `sum(${inRange('spinegrade_analysis_put_backs_total')})`, legend: 'given back' }],
    }),
    stat({
      title: 'Set aside',
      description:
        'Studies that ended a process again and again, in the time shown (runbook: SpinegradeStudySetAside).',
      unit: 'short',
      w: 4,
      queries: [{ expr: `sum(${inRange('spinegrade_studies_set_aside_total')})`, legend: 'set aside' }],
    }),
  ],
  [
    timeseries({
      title: 'Studies noticed and asked for, an hour',
      description:
        'Studies that the watcher saw for the first time, and requests to analyse one by who asked; joined: an analysis was open already.',
      unit: 'short',
      queries: [
        { expr: `sum(${rate('spinegrade_studies_noticed_total')}) * 3600`, legend: 'noticed' },
        {
          expr: `sum by (trigger) (${rate('spinegrade_studies_submitted_total', 'created="true"')}) * 3600`,
          legend: 'by {{trigger}}',
        },
        {
          expr: `sum(${rate('spinegrade_studies_submitted_total', 'created="false"')}) * 3600`,
          legend: 'joined',
        },
      ],
    }),
    timeseries({
      title: 'Queue',
      description: 'Analyses that wait and run, and results that wait for the archive.',
      unit: 'short',
      queries: [
        { expr: `max by (state) (${of('spinegrade_queue_analyses')})`, legend: '{{state}}' },
        { expr: `max(${of('spinegrade_outbox_objects')})`, legend: 'objects to store' },
      ],
    }),
    timeseries({
      title: 'Analyses in each worker',
      description: 'Just now; the line above is what all of them can do at a time.',
      mayBeEmpty: 'no process has the role of a worker',
      unit: 'short',
      queries: [
        { expr: `sum by (instance) (${of('spinegrade_worker_analyses')})`, legend: '{{instance}}' },
        { expr: `sum(${of('spinegrade_worker_concurrency')})`, legend: 'all can do' },
      ],
    }),
  ],
  [
    timeseries({
      title: 'Memory of studies in each worker',
      description:
        'What the images under analysis take, by their headers, of JOB_MEMORY_MIB (the line above).',
      mayBeEmpty: 'no process has the role of a worker',
      unit: 'bytes',
      queries: [
        { expr: `sum by (instance) (${of('spinegrade_worker_memory_held_bytes')})`, legend: '{{instance}}' },
        { expr: `max(${of('spinegrade_worker_memory_limit_bytes')})`, legend: 'limit of each' },
      ],
    }),
    timeseries({
      title: 'Studies that wait for memory',
      description:
        'They begin when others are through. Often above 0: less JOB_CONCURRENCY, or more JOB_MEMORY_MIB.',
      mayBeEmpty: 'no process has the role of a worker',
      unit: 'short',
      queries: [
        { expr: `sum by (instance) (${of('spinegrade_worker_memory_waiting')})`, legend: '{{instance}}' },
      ],
    }),
    timeseries({
      title: 'Requests turned away, a minute',
      description:
        'No key or a wrong one (401), not allowed (403), too many (429), not in time or too large (408, 431). A sudden rise of 401 is somebody guessing keys, or a client whose key has expired.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (status) (${rate('spinegrade_http_request_duration_seconds_count', 'status=~"401|403|408|429|431"')}) * 60`,
          legend: '{{status}}',
        },
      ],
    }),
  ],
);

const time = section(
  'Where does the time go?',
  [
    timeseries({
      title: 'Stages, mean',
      description:
        'Of the stages that succeeded. select, fetch and store wait for the archive; localise, crop and classify for the processor.',
      mayBeEmpty: 'nothing was analysed in that time',
      unit: 's',
      stacked: true,
      queries: [{ expr: mean('spinegrade_stage_duration_seconds', 'stage'), legend: '{{stage}}' }],
    }),
    timeseries({
      title: 'Runs that stored a report',
      description: 'From the beginning of the last attempt.',
      mayBeEmpty: 'nothing was stored in that time',
      unit: 's',
      queries: [
        { expr: quantile(0.5, 'spinegrade_analysis_duration_seconds'), legend: 'half within' },
        { expr: quantile(0.95, 'spinegrade_analysis_duration_seconds'), legend: '95 % within' },
      ],
    }),
    timeseries({
      title: 'Networks, mean run',
      description: 'One run over all samples of a study, waiting for the thread of the network included.',
      mayBeEmpty: 'nothing was graded in that time',
      unit: 's',
      queries: [{ expr: mean('spinegrade_network_run_duration_seconds', 'network'), legend: '{{network}}' }],
    }),
  ],
  [
    timeseries({
      title: 'Waited until submitted, 95 % within',
      description:
        'From the first sight of a study, or its change, to its submission by the watcher, by why it was submitted.',
      mayBeEmpty: 'nothing was submitted in that time',
      unit: 's',
      queries: [{ expr: quantile(0.95, 'spinegrade_watch_wait_seconds', 'why'), legend: '{{why}}' }],
    }),
    timeseries({
      title: 'Polls',
      description:
        'Time of a poll of the archive, 95 % within; it grows with the studies in the window and with those awaited.',
      mayBeEmpty: 'no poll came to its end in that time',
      unit: 's',
      queries: [
        { expr: quantile(0.95, 'spinegrade_watcher_poll_duration_seconds'), legend: 'a poll' },
        { expr: `max(${of('spinegrade_watcher_poll_interval_seconds')})`, legend: 'between polls' },
        { expr: `time() - max(${of('spinegrade_watcher_cursor_timestamp_seconds')})`, legend: 'behind' },
      ],
    }),
    timeseries({
      title: 'Studies awaited; polls and looks that failed, an hour',
      description:
        'Studies that were seen and are not complete yet; polls that failed; looks at single studies that failed.',
      unit: 'short',
      queries: [
        { expr: `max(${of('spinegrade_watcher_awaited_studies')})`, legend: 'awaited' },
        {
          expr: `sum(${rate('spinegrade_watcher_polls_total', 'outcome="failed"')}) * 3600`,
          legend: 'polls that failed',
        },
        {
          expr: `sum(${rate('spinegrade_watcher_study_failures_total')}) * 3600`,
          legend: 'looks that failed',
        },
      ],
    }),
  ],
);

const worklist = section('The worklist', [
  timeseries({
    title: 'Steps by how they ended, an hour',
    w: 6,
    description:
      'completed and canceled: by us. taken: another performer was quicker. taken-away: the worklist ended it. given-up: the worklist takes nothing more of it.',
    mayBeEmpty: 'no worklist is asked',
    unit: 'short',
    queries: [
      { expr: `sum by (outcome) (${rate('spinegrade_worklist_steps_total')}) * 3600`, legend: '{{outcome}}' },
    ],
  }),
  timeseries({
    title: 'Steps held; events',
    w: 6,
    description:
      'Steps that are claimed and not ended; 1 while the worklist tells of events, 0 while it is asked.',
    mayBeEmpty: 'no worklist is asked',
    unit: 'short',
    queries: [
      { expr: `max(${of('spinegrade_worklist_claims')})`, legend: 'held' },
      { expr: `max(${of('spinegrade_worklist_channel_open')})`, legend: 'tells of events' },
    ],
  }),
  timeseries({
    title: 'Questions and steps that failed, an hour',
    w: 6,
    description: 'Polls of the worklist that failed, and steps that could not be gone on with.',
    mayBeEmpty: 'no worklist is asked',
    unit: 'short',
    queries: [
      {
        expr: `sum(${rate('spinegrade_worklist_polls_total', 'outcome="failed"')}) * 3600`,
        legend: 'polls that failed',
      },
      { expr: `sum(${rate('spinegrade_worklist_step_faults_total')}) * 3600`, legend: 'steps that failed' },
    ],
  }),
  timeseries({
    title: 'Since the worklist answered',
    w: 6,
    description: 'How long ago a poll of the worklist last succeeded.',
    mayBeEmpty: 'no worklist is asked',
    unit: 's',
    queries: [
      {
        expr: `time() - max(${of('spinegrade_worklist_last_poll_timestamp_seconds')})`,
        legend: 'since it answered',
      },
    ],
  }),
]);

const pushed = section('Events', [
  timeseries({
    title: 'Events by what became of them, an hour',
    w: 24,
    description:
      'CloudEvents that others send. look: the watcher looks at the study. analyze: it is asked for at once. left: no news of a study that is analysed here. event-unknown: no kind of EVENT_KINDS_FILE takes it. event-without-study: there is no Study Instance UID in it.',
    mayBeEmpty: 'nobody sends events',
    unit: 'short',
    queries: [
      {
        expr: `sum by (form, outcome) (${rate('spinegrade_cloudevents_total')}) * 3600`,
        legend: '{{form}} {{outcome}}',
      },
    ],
  }),
]);

const means = section(
  'What does it take?',
  [
    timeseries({
      title: 'Processor',
      description: 'Cores in use, by process.',
      unit: 'short',
      queries: [{ expr: `sum by (instance) (${rate('process_cpu_seconds_total')})`, legend: '{{instance}}' }],
    }),
    timeseries({
      title: 'Memory',
      description: 'Resident memory, by process.',
      unit: 'bytes',
      queries: [
        { expr: `max by (instance) (${of('process_resident_memory_bytes')})`, legend: '{{instance}}' },
      ],
    }),
    timeseries({
      title: 'Event loop, 99 % within',
      description: 'How late the event loop comes to what is due; above 0.5 s probes and leases suffer.',
      unit: 's',
      queries: [
        { expr: `max by (instance) (${of('nodejs_eventloop_lag_p99_seconds')})`, legend: '{{instance}}' },
      ],
    }),
  ],
  [
    timeseries({
      title: 'Bytes from and to the archive',
      description: 'Bodies, by transaction; sent below zero.',
      unit: 'Bps',
      min: null,
      queries: [
        {
          expr: `sum by (transaction) (${rate('spinegrade_archive_received_bytes_total')})`,
          legend: 'from {{transaction}}',
        },
        {
          expr: `-sum by (transaction) (${rate('spinegrade_archive_sent_bytes_total', 'transaction="stow"')})`,
          legend: 'to {{transaction}}',
        },
      ],
    }),
    timeseries({
      title: 'Database',
      description:
        'What the database of ledger and queue takes. What is left on its disk stands in the overview.',
      unit: 'bytes',
      queries: [{ expr: `max(${of('spinegrade_database_size_bytes')})`, legend: 'database' }],
    }),
    timeseries({
      title: 'API, 95 % within',
      description: 'Time to answer a request, by path.',
      mayBeEmpty: 'nothing was asked in that time',
      unit: 's',
      queries: [
        { expr: quantile(0.95, 'spinegrade_http_request_duration_seconds', 'route'), legend: '{{route}}' },
      ],
    }),
  ],
);

const inference = section('Is the inference server the cause?', [
  timeseries({
    title: 'Inference server can be asked',
    description:
      '1: it answers and is what the packs say; 0: work waits for it (runbook: SpinegradeInferenceServerAway). The least of all processes.',
    mayBeEmpty: 'every network runs in the processes',
    unit: 'short',
    max: 1,
    queries: [
      { expr: `min(${of('spinegrade_inference_available')})`, legend: 'answers' },
      {
        expr: `0 * min by (code) (${of('spinegrade_inference_away_since_timestamp_seconds')})`,
        legend: '{{code}}',
      },
    ],
  }),
  timeseries({
    title: 'Requests to the inference server, by what became of them',
    description: 'none: no answer; cut: the answer broke off; called-off: this service needed it no more.',
    unit: 'reqps',
    stacked: true,
    queries: [
      { expr: `sum by (status) (${rate('spinegrade_inference_requests_total')})`, legend: '{{status}}' },
    ],
  }),
  timeseries({
    title: 'Time of its answers, 95 % within',
    description: 'infer: one run of a network, sent and answered; the others ask what the server is.',
    mayBeEmpty: 'nothing was asked in that time',
    unit: 's',
    queries: [
      { expr: quantile(0.95, 'spinegrade_inference_request_duration_seconds', 'call'), legend: '{{call}}' },
    ],
  }),
]);

const told = section(
  'Who is told, and what is let go?',
  [
    timeseries({
      title: 'Callbacks, an hour',
      description: 'Attempts to tell receivers of analyses that have ended, by what became of them.',
      unit: 'short',
      queries: [
        {
          expr: `3600 * sum by (result) (${rate('spinegrade_callback_attempts_total')})`,
          legend: '{{result}}',
        },
        {
          expr: `3600 * sum by (outcome) (${rate('spinegrade_callbacks_total')})`,
          legend: 'in the end {{outcome}}',
        },
      ],
    }),
    timeseries({
      title: 'Callbacks waiting and given up',
      description:
        'Those given up stand until somebody asks for a replay (runbook: SpinegradeCallbacksGivenUp); receivers are off after 410.',
      unit: 'short',
      queries: [
        { expr: `max(${of('spinegrade_callbacks_waiting')})`, legend: 'waiting' },
        { expr: `max(${of('spinegrade_callbacks_failed')})`, legend: 'given up' },
        { expr: `max(${of('spinegrade_callback_endpoints_off')})`, legend: 'receivers off' },
      ],
    }),
    timeseries({
      title: 'Oldest callback; answers, 95 % within',
      description:
        'How long the oldest callback has been waiting, and how long receivers take for those they take.',
      unit: 's',
      queries: [
        { expr: `max(${of('spinegrade_callbacks_oldest_age_seconds')})`, legend: 'oldest' },
        { expr: quantile(0.95, 'spinegrade_callback_attempt_duration_seconds'), legend: 'answers' },
      ],
    }),
  ],
  [
    timeseries({
      title: 'Let go, an hour',
      w: 12,
      description:
        'What is kept no longer, by what it was: bytes of results, records of analyses, callbacks.',
      unit: 'short',
      queries: [
        { expr: `3600 * sum by (what) (${rate('spinegrade_retention_let_go_total')})`, legend: '{{what}}' },
      ],
    }),
    timeseries({
      title: 'Last looked for what is to be let go',
      w: 12,
      description: 'How long ago it was last looked for what is kept no longer.',
      mayBeEmpty: 'no process has looked yet',
      unit: 's',
      queries: [
        {
          expr: `time() - max(${of('spinegrade_retention_last_pass_timestamp_seconds')})`,
          legend: 'last time',
        },
      ],
    }),
  ],
);

export const capacity = dashboard({
  uid: 'spinegrade-capacity',
  title: 'spinegrade / capacity',
  description: 'How much there is to do, where the time goes, and what it takes.',
  from: 'now-24h',
  sections: [load, time, worklist, pushed, means, inference, told],
  others: [
    ['Overview', 'spinegrade-overview'],
    ['Model', 'spinegrade-model'],
  ],
});
