import { LOG_LEVELS, type LogLevel } from '../observe/log-level.ts';
import type { Secret, SettingReader } from './setting.ts';

export interface LogSettings {
  readonly level: LogLevel;
  readonly studyUids: 'pseudonym' | 'plain';
  readonly pseudonymKey: Secret | null;
}

/** What is logged, and how studies are named there. */
export function logSettings(settings: SettingReader): LogSettings {
  return {
    level: settings.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    studyUids: settings.oneOf('LOG_STUDY_UIDS', ['pseudonym', 'plain'], 'pseudonym'),
    pseudonymKey: settings.secret('LOG_PSEUDONYM_KEY'),
  };
}
