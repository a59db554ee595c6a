import { inTime } from '../../process/in-time.ts';
import { sharedWhileRunning } from '../../process/shared-while-running.ts';
import type { MetricDefiner, Samples } from './metric-definer.ts';
import { ANSWER_LIMIT_MS } from './storage-metrics.ts';

/** How many analyses wait and run, what they wait with, and what nobody waits for any more. */
export interface QueueDepth {
  readonly queued: number;
  readonly running: number;
  readonly oldestQueuedSeconds: number;
  /** Objects of the latest results of open analyses that the archive has not given back yet. */
  readonly keptObjects: number;
  readonly oldestKeptSeconds: number;
  /** Studies whose latest analysis failed, and that the watcher does not ask for again. */
  readonly deadLetters: number;
}

/** What a worker does just now. */
export interface WorkerLoad {
  /** Analyses at a time, at most. */
  readonly concurrency: number;
  running(): number;
}

/** Queue and ledger. What is asked for is the same in every process that shares the database. */
export function queueMetrics(definer: MetricDefiner) {
  const { counter } = definer;
  return {
    studiesSubmitted: counter({
      name: 'studies_submitted_total',
      help: 'Requests to analyse a study; created=false joined an open one.',
      labels: { trigger: ['api', 'watch', 'worklist'], created: ['true', 'false'] },
    }),
    putBacks: counter({
      name: 'analysis_put_backs_total',
      help: 'Running analyses given back to the queue: the process stops, another took it over, the archive is away.',
    }),
    recoveries: counter({
      name: 'analysis_recoveries_total',
      help: 'Unfinished analyses found at the start of this process.',
    }),
    studiesSetAside: counter({
      name: 'studies_set_aside_total',
      help: 'Studies that ended the process again and again, by where.',
      labels: { where: ['analysis', 'watcher'] },
    }),
    ...depthGauges(definer),
    ...loadGauges(definer),
  };
}

function depthGauges({ askedGauge }: MetricDefiner) {
  let read: (() => Promise<QueueDepth>) | null = null;
  const depth = sharedWhileRunning(async () =>
    read === null ? null : await inTime(read(), ANSWER_LIMIT_MS),
  );
  const asked = (name: string, help: string, samples: (depth: QueueDepth) => Samples, labels = {}) =>
    askedGauge({ name, help, labels }, async () => {
      const now = await depth();
      return now === null ? [] : samples(now);
    });
  asked(
    'queue_analyses',
    'Analyses that wait or run, in all processes.',
    ({ queued, running }) => [
      { labels: { state: 'queued' }, value: queued },
      { labels: { state: 'running' }, value: running },
    ],
    { state: ['queued', 'running'] },
  );
  asked('queue_oldest_age_seconds', 'How long the oldest waiting analysis has waited.', (now) => [
    { value: now.oldestQueuedSeconds },
  ]);
  asked(
    'outbox_objects',
    'Results of open analyses that are composed, and that the archive has not given back yet.',
    (now) => [{ value: now.keptObjects }],
  );
  asked('outbox_oldest_age_seconds', 'How long the oldest of them has waited for the archive.', (now) => [
    { value: now.oldestKeptSeconds },
  ]);
  asked(
    'dead_letter_studies',
    'Studies whose latest analysis failed and that nothing analyses again until somebody asks for it.',
    (now) => [{ value: now.deadLetters }],
  );
  return {
    watchQueue(of: () => Promise<QueueDepth>) {
      read = of;
    },
  };
}

/** Memory that the studies of a worker share. */
interface MemoryShare {
  readonly limitBytes: number;
  readonly heldBytes: number;
  readonly waiting: number;
}

function loadGauges({ askedGauge }: MetricDefiner) {
  let load: WorkerLoad | null = null;
  askedGauge(
    { name: 'worker_concurrency', help: 'JOB_CONCURRENCY: analyses at a time in this process.' },
    async () => (load === null ? [] : [{ value: load.concurrency }]),
  );
  askedGauge({ name: 'worker_analyses', help: 'Analyses that this process runs just now.' }, async () =>
    load === null ? [] : [{ value: load.running() }],
  );
  let memory: MemoryShare | null = null;
  const gauge = (name: string, help: string, value: (of: MemoryShare) => number) =>
    askedGauge({ name, help }, async () => (memory === null ? [] : [{ value: value(memory) }]));
  gauge(
    'worker_memory_limit_bytes',
    'JOB_MEMORY_MIB: what the images of all studies that this process analyses may take.',
    ({ limitBytes }) => limitBytes,
  );
  gauge(
    'worker_memory_held_bytes',
    'What they take just now, by their headers.',
    ({ heldBytes }) => heldBytes,
  );
  gauge('worker_memory_waiting', 'Studies that wait until theirs fit.', ({ waiting }) => waiting);
  return {
    watchWorker(of: WorkerLoad) {
      load = of;
    },
    watchMemory(of: MemoryShare) {
      memory = of;
    },
  };
}
