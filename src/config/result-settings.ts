import { RESULT_KINDS, type ResultKind } from '../domain/result-object.ts';
import { longString } from './long-string.ts';
import type { SettingReader } from './setting.ts';

/** What is written back to a study. */
export interface ResultSettings {
  readonly kinds: readonly ResultKind[];
  /** Whether a study that is not analysed gets a report that says so. */
  readonly notAnalysed: boolean;
  readonly series: Readonly<Record<ResultKind, { readonly number: number; readonly description: string }>>;
}

/** Which objects are written, and into which series. */
export function resultSettings(settings: SettingReader): ResultSettings {
  return {
    kinds: settings.listOf('RESULT_OBJECTS', RESULT_KINDS, ['SR', 'SC']),
    notAnalysed: settings.flag('SR_NOT_ANALYSED', false),
    series: {
      SR: resultSeries(settings, 'SR', 990, 'AI lumbar spine grading (research use)'),
      SC: resultSeries(settings, 'SC', 991, 'AI summary image (research use)'),
      KO: resultSeries(settings, 'KO', 992, 'AI key images (research use)'),
      SEG: resultSeries(settings, 'SEG', 993, 'AI anatomy (research use)'),
    },
  };
}

function resultSeries(settings: SettingReader, kind: ResultKind, number: number, description: string) {
  return {
    number: settings.integer(`${kind}_SERIES_NUMBER`, number, 1, 2 ** 31 - 1),
    description: longString(settings, `${kind}_SERIES_DESCRIPTION`, description),
  };
}
