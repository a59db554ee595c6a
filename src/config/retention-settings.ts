import type { RetentionPeriods } from '../retention/let-go.ts';
import type { SettingReader } from './setting.ts';

/** How long what is kept; `forever` for what is never let go. */
export function retentionSettings(settings: SettingReader): RetentionPeriods {
  const days = (name: string, byDefault: number) =>
    settings.text(name, null) === 'forever' ? null : settings.integer(name, byDefault, 1, 36_500);
  return {
    resultBytesDays: days('RETENTION_RESULT_BYTES_DAYS', 7),
    recordsDays: days('RETENTION_RECORDS_DAYS', 400),
  };
}
