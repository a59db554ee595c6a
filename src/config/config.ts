import type { EventKinds } from '../cloudevents/event-kinds.ts';
import type { StudyLimits } from '../domain/study-limits.ts';
import type { TraceSettings } from '../observe/traces/trace-settings.ts';
import type { DecoderPoolOptions } from '../pixels/decoder-pool.ts';
import type { RetentionPeriods } from '../retention/let-go.ts';
import type { SeriesRules } from '../series/rules/series-rules.ts';
import { type AccessSettings, accessSettings, openToOthers } from './access-settings.ts';
import { type CallbackSettings, callbackSettings } from './callback-settings.ts';
import { ConfigError } from './config-error.ts';
import { proxySettings } from './connection/proxies.ts';
import { type DatabaseSettings, databaseSettings } from './database-settings.ts';
import { HOUR, SECOND } from './duration.ts';
import type { Environment } from './environment.ts';
import { eventKinds } from './event-settings.ts';
import { type HttpSettings, httpSettings } from './http-settings.ts';
import { type JobSettings, jobSettings } from './job-settings.ts';
import { type LogSettings, logSettings } from './log-settings.ts';
import { misspelt } from './misspelt.ts';
import { type ModelSettings, modelSettings } from './model-settings.ts';
import { type PacsSettings, pacsSettings } from './pacs-settings.ts';
import { type ReportSettings, reportSettings } from './report-settings.ts';
import { type ResultSettings, resultSettings } from './result-settings.ts';
import { retentionSettings } from './retention-settings.ts';
import { type SettingReader, settingReader } from './setting.ts';
import { decoding, seriesRules, studyLimits } from './study-settings.ts';
import { traceSettings } from './trace-settings.ts';
import { type WatchSettings, watchSettings } from './watch-settings.ts';
import { type WorklistSettings, worklistSettings } from './worklist-settings.ts';

/** What one process does of the service. */
export type Role = (typeof ROLES)[number];
const ROLES = ['all', 'api', 'watcher', 'worker'] as const;

export interface Config extends DatabaseSettings {
  /** `all` in one process, or one part of it beside processes of the others on one PostgreSQL. */
  readonly role: Role;
  readonly pacs: PacsSettings;
  readonly http: HttpSettings;
  /** Who may ask. */
  readonly access: AccessSettings;
  readonly model: ModelSettings;
  readonly watch: WatchSettings;
  /** Null: none. */
  readonly worklist: WorklistSettings | null;
  readonly jobs: JobSettings;
  readonly callbacks: CallbackSettings;
  /** Which CloudEvents tell of studies, from a file of the site. */
  readonly eventKinds: EventKinds;
  readonly limits: StudyLimits;
  readonly decoding: DecoderPoolOptions;
  /** The site's own, from a file. */
  readonly seriesRules: SeriesRules;
  readonly shutdownTimeoutMs: number;
  readonly log: LogSettings;
  /** Null: none. */
  readonly traces: TraceSettings | null;
  readonly results: ResultSettings;
  readonly report: ReportSettings;
  readonly retention: RetentionPeriods;
}

/**
 * Reads the settings; `.env.example` says what each is for.
 * @throws ConfigError naming every setting that is missing, malformed, contradictory or misspelt.
 */
export function readConfig(env: Environment): Config {
  const settings = settingReader(env);
  const config = configFrom(settings);
  const wrong = [...settings.problems, ...contradictions(config)];
  const problems = [...wrong, ...misspelt(Object.keys(env), settings.names)];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function contradictions({
  role,
  databaseUrl,
  watch,
  worklist,
  access,
  http,
  retention,
  jobs,
  limits,
  eventKinds,
}: Config): readonly string[] {
  const alone = role !== 'all' && databaseUrl === null;
  const open = openToOthers(access, http.host);
  const { resultBytesDays, recordsDays } = retention;
  const outlives = recordsDays !== null && (resultBytesDays ?? recordsDays + 1) > recordsDays;
  const idle = role === 'watcher' && !watch.enabled && worklist === null;
  const unheard = !watch.enabled && eventKinds.kinds.some(({ action }) => action === 'look');
  return [
    ...(alone
      ? [
          `ROLE=${role} needs DATABASE_URL or DATABASE_URL_FILE: one process alone owns the database in DATA_DIR`,
        ]
      : []),
    ...(open === null ? [] : [open]),
    ...(outlives
      ? [
          'RETENTION_RESULT_BYTES_DAYS must be no more than RETENTION_RECORDS_DAYS: bytes go with their records',
        ]
      : []),
    ...(jobs.memoryBytes < limits.maxMemoryBytes
      ? ['JOB_MEMORY_MIB is less than STUDY_MAX_MEMORY_MIB: one study could take more than all of them may']
      : []),
    ...(idle ? ['ROLE=watcher and WATCH=false contradict each other'] : []),
    ...(unheard
      ? [
          'EVENT_KINDS_FILE has the watcher look at studies, and WATCH=false: have its kinds say "action": "analyze"',
        ]
      : []),
  ];
}

/** Every setting there is. */
export function settingNames(): ReadonlySet<string> {
  const settings = settingReader({});
  configFrom(settings);
  return settings.names;
}

/** Asks the reader for every setting there is. */
export function configFrom(settings: SettingReader): Config {
  const limits = studyLimits(settings);
  const proxies = proxySettings(settings);
  return {
    role: settings.oneOf('ROLE', ROLES, 'all'),
    pacs: pacsSettings(settings, proxies),
    ...databaseSettings(settings),
    http: httpSettings(settings),
    access: accessSettings(settings),
    model: modelSettings(settings),
    watch: watchSettings(settings),
    worklist: worklistSettings(settings, proxies),
    jobs: jobSettings(settings, limits.maxMemoryBytes),
    callbacks: callbackSettings(settings),
    eventKinds: eventKinds(settings),
    limits,
    decoding: decoding(settings),
    seriesRules: seriesRules(settings),
    shutdownTimeoutMs: settings.integer('SHUTDOWN_TIMEOUT_MS', 25 * SECOND, 0, HOUR),
    log: logSettings(settings),
    traces: traceSettings(settings),
    results: resultSettings(settings),
    report: reportSettings(settings),
    retention: retentionSettings(settings),
  };
}
