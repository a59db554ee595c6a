import { availableParallelism } from 'node:os';
import { DEFAULT_STUDY_LIMITS, type StudyLimits } from '../domain/study-limits.ts';
import { type DecoderPoolOptions, FRAME_TIMEOUT_MS } from '../pixels/decoder-pool.ts';
import { NO_RULES, parseSeriesRules, type SeriesRules } from '../series/rules/series-rules.ts';
import type { SettingReader } from './setting.ts';

const MIB = 1024 ** 2;

/** How large a study may be; `.env.example` says what each limit is for. */
export function studyLimits(settings: SettingReader): StudyLimits {
  const byDefault = DEFAULT_STUDY_LIMITS;
  const mib = (name: string, bytes: number) => MIB * settings.integer(name, bytes / MIB, 1, 1024 ** 2);
  return {
    maxImages: settings.integer('STUDY_MAX_IMAGES', byDefault.maxImages, 1, 1_000_000),
    maxBytes: mib('STUDY_MAX_MIB', byDefault.maxBytes),
    maxReadingMs: settings.integer('STUDY_MAX_READING_MS', byDefault.maxReadingMs, 1, 82_800_000),
    maxFramePixels: settings.integer('STUDY_MAX_FRAME_PIXELS', byDefault.maxFramePixels, 1, 4096 * 4096),
    maxMemoryBytes: mib('STUDY_MAX_MEMORY_MIB', byDefault.maxMemoryBytes),
  };
}

/** How frames are decoded: threads, and the time one frame may take; beyond it its study is ineligible. */
export function decoding(settings: SettingReader): Required<Omit<DecoderPoolOptions, 'script'>> {
  return {
    threads: settings.integer('DECODER_THREADS', availableParallelism(), 1, 1024),
    frameTimeoutMs: settings.integer('STUDY_MAX_FRAME_MS', FRAME_TIMEOUT_MS, 1, 3_600_000),
  };
}

/** The rules of SERIES_RULES_FILE; every problem of that file becomes one of the settings. */
export function seriesRules(settings: SettingReader): SeriesRules {
  const text = settings.file('SERIES_RULES_FILE');
  if (text === null) return NO_RULES;
  const parsed = parseSeriesRules(text);
  if (parsed.kind === 'rules') return parsed.rules;
  settings.problems.push(...parsed.problems.map((problem) => `SERIES_RULES_FILE: ${problem}`));
  return NO_RULES;
}
