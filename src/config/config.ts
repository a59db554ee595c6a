import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Fault } from '../domain/fault.ts';
import { RESULT_KINDS, type ResultKind } from '../domain/result-object.ts';
import type { StudyLimits } from '../domain/study-limits.ts';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from '../inference/network/execution-provider.ts';
import { LOG_LEVELS, type LogLevel } from '../observe/events.ts';
import type { DecoderPoolOptions } from '../pixels/decoder-pool.ts';
import type { SeriesRules } from '../series/rules/series-rules.ts';
import type { Environment } from './environment.ts';
import { misspelt } from './misspelt.ts';
import { type PacsCredentials, pacsCredentials, pacsUrl } from './pacs-settings.ts';
import { type Secret, type SettingReader, settingReader } from './setting.ts';
import { decoding, seriesRules, studyLimits } from './study-settings.ts';

export interface Config {
  readonly pacs: {
    /** DICOMweb root without credentials, query, fragment or a slash at the end. */
    readonly url: string;
    readonly credentials: PacsCredentials;
    /** Longest silence. */
    readonly timeoutMs: number;
    /** Whole duration of one request. */
    readonly totalTimeoutMs: number;
  };
  readonly dataDir: string;
  /** Null: the embedded database in dataDir. */
  readonly databaseUrl: Secret | null;
  readonly http: { readonly host: string; readonly port: number };
  readonly model: {
    readonly packDir: string;
    /** In order of preference. */
    readonly executionProviders: readonly ExecutionProvider[];
    /** Only the first will do. */
    readonly executionProviderRequired: boolean;
    readonly threads: number;
  };
  readonly watch: {
    readonly enabled: boolean;
    readonly pollMs: number;
    /** A study is complete when its counts stood still for this long … */
    readonly quietMs: number;
    /** … and is taken as it is after this long. */
    readonly longestWaitMs: number;
    /** Days before the last poll that every poll looks at again. */
    readonly overlapDays: number;
    /** Days the first poll looks back; null for all studies. */
    readonly lookBackDays: number | null;
  };
  readonly jobs: {
    readonly concurrency: number;
    readonly retryLimit: number;
    readonly retryDelayMs: number;
    readonly timeoutMs: number;
  };
  readonly limits: StudyLimits;
  readonly decoding: DecoderPoolOptions;
  /** The site's own, from a file. */
  readonly seriesRules: SeriesRules;
  readonly shutdownTimeoutMs: number;
  readonly log: {
    readonly level: LogLevel;
    readonly studyUids: 'pseudonym' | 'plain';
    readonly pseudonymKey: Secret | null;
  };
  /** What is written back to a study. */
  readonly results: {
    readonly kinds: readonly ResultKind[];
    /** Whether a study that is not analysed gets a report that says so. */
    readonly notAnalysed: boolean;
    readonly series: Readonly<Record<ResultKind, { readonly number: number; readonly description: string }>>;
  };
  /** Who wrote it: General Equipment (PS3.3 C.7.5.1) and the device observer (PS3.16 TID 1004). */
  readonly report: {
    readonly manufacturer: string;
    readonly modelName: string;
    readonly deviceName: string;
    readonly deviceSerialNumber: string;
  };
}

/** Everything wrong with the settings, at once. Holds names and plain values, no secret. */
export class ConfigError extends Fault<'config-unusable'> {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      'config-unusable',
      `the settings are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

const COMMITTED_PACK = fileURLToPath(new URL('../../models/default', import.meta.url));
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/**
 * Reads the settings; `.env.example` says what each is for.
 * @throws ConfigError naming every setting that is missing, malformed, contradictory or misspelt.
 */
export function readConfig(env: Environment): Config {
  const settings = settingReader(env);
  const config = configFrom(settings);
  const problems = [...settings.problems, ...misspelt(Object.keys(env), settings.names)];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Every setting there is. */
export function settingNames(): ReadonlySet<string> {
  const settings = settingReader({});
  configFrom(settings);
  return settings.names;
}

function configFrom(settings: SettingReader): Config {
  const looksBackAtAll = settings.text('WATCH_LOOK_BACK_DAYS', null) === 'all';
  return {
    pacs: {
      url: pacsUrl(settings),
      credentials: pacsCredentials(settings),
      timeoutMs: settings.integer('PACS_TIMEOUT_MS', MINUTE, SECOND, HOUR),
      totalTimeoutMs: settings.integer('PACS_TOTAL_TIMEOUT_MS', 10 * MINUTE, SECOND, 23 * HOUR),
    },
    dataDir: settings.text('DATA_DIR', './data'),
    databaseUrl: databaseUrl(settings),
    http: { host: settings.text('HOST', '127.0.0.1'), port: settings.integer('PORT', 8080, 0, 65_535) },
    model: {
      packDir: modelPackDir(settings),
      executionProviders: settings.listOf('EXECUTION_PROVIDERS', EXECUTION_PROVIDERS, ['cpu']),
      executionProviderRequired: settings.flag('EXECUTION_PROVIDER_REQUIRED', false),
      threads: settings.integer('MODEL_THREADS', availableParallelism(), 1, 1024),
    },
    watch: {
      enabled: settings.flag('WATCH', true),
      pollMs: settings.integer('WATCH_POLL_MS', 10 * SECOND, 100, 24 * HOUR),
      quietMs: settings.integer('WATCH_QUIET_MS', MINUTE, 0, 24 * HOUR),
      longestWaitMs: settings.integer('WATCH_LONGEST_WAIT_MS', 30 * MINUTE, 0, 7 * 24 * HOUR),
      overlapDays: settings.integer('WATCH_OVERLAP_DAYS', 1, 0, 365),
      lookBackDays: looksBackAtAll ? null : settings.integer('WATCH_LOOK_BACK_DAYS', 7, 0, 36_500),
    },
    jobs: {
      concurrency: settings.integer('JOB_CONCURRENCY', 1, 1, 64),
      retryLimit: settings.integer('JOB_RETRY_LIMIT', 5, 0, 100),
      retryDelayMs: settings.integer('JOB_RETRY_DELAY_MS', 5 * SECOND, 1, HOUR),
      timeoutMs: settings.integer('JOB_TIMEOUT_MS', 15 * MINUTE, SECOND, 23 * HOUR),
    },
    limits: studyLimits(settings),
    decoding: decoding(settings),
    seriesRules: seriesRules(settings),
    shutdownTimeoutMs: settings.integer('SHUTDOWN_TIMEOUT_MS', 25 * SECOND, 0, HOUR),
    log: {
      level: settings.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
      studyUids: settings.oneOf('LOG_STUDY_UIDS', ['pseudonym', 'plain'], 'pseudonym'),
      pseudonymKey: settings.secret('LOG_PSEUDONYM_KEY'),
    },
    results: {
      kinds: settings.listOf('RESULT_OBJECTS', RESULT_KINDS, ['SR', 'SC']),
      notAnalysed: settings.flag('SR_NOT_ANALYSED', false),
      series: {
        SR: resultSeries(settings, 'SR', 990, 'AI lumbar spine grading (research use)'),
        SC: resultSeries(settings, 'SC', 991, 'AI summary image (research use)'),
        KO: resultSeries(settings, 'KO', 992, 'AI key images (research use)'),
      },
    },
    report: {
      manufacturer: longString(settings, 'SR_MANUFACTURER', 'spinegrade'),
      modelName: longString(settings, 'SR_MODEL_NAME', 'spinegrade'),
      deviceName: longString(settings, 'SR_DEVICE_NAME', 'spinegrade'),
      deviceSerialNumber: longString(settings, 'SR_DEVICE_SERIAL_NUMBER', '0'),
    },
  };
}

/** Folder of the model pack. */
export function modelPackDir(settings: SettingReader): string {
  return settings.text('MODEL_PACK', COMMITTED_PACK);
}

function databaseUrl(settings: SettingReader): Secret | null {
  const url = settings.secret('DATABASE_URL');
  if (url !== null && !/^postgres(?:ql)?:$/.test(URL.parse(url.reveal())?.protocol ?? '')) {
    settings.problems.push('DATABASE_URL must be a postgresql:// URL');
  }
  return url;
}

function resultSeries(settings: SettingReader, kind: ResultKind, number: number, description: string) {
  return {
    number: settings.integer(`${kind}_SERIES_NUMBER`, number, 1, 2 ** 31 - 1),
    description: longString(settings, `${kind}_SERIES_DESCRIPTION`, description),
  };
}

/** VR LO (PS3.5 6.2): 64 characters, no backslash, no control characters. */
function longString(settings: SettingReader, name: string, byDefault: string): string {
  const text = settings.text(name, byDefault);
  if (!/^[^\\\p{Cc}]{1,64}$/u.test(text)) {
    settings.problems.push(
      `${name} must have at most 64 characters, none of them a backslash or a control character`,
    );
  }
  return text;
}
