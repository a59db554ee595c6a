import { longString } from './long-string.ts';
import type { SettingReader } from './setting.ts';

/** Who wrote the results: General Equipment (PS3.3 C.7.5.1) and the device observer (PS3.16 TID 1004). */
export interface ReportSettings {
  readonly manufacturer: string;
  readonly modelName: string;
  readonly deviceName: string;
  readonly deviceSerialNumber: string;
}

export function reportSettings(settings: SettingReader): ReportSettings {
  return {
    manufacturer: longString(settings, 'SR_MANUFACTURER', 'spinegrade'),
    modelName: longString(settings, 'SR_MODEL_NAME', 'spinegrade'),
    deviceName: longString(settings, 'SR_DEVICE_NAME', 'spinegrade'),
    deviceSerialNumber: longString(settings, 'SR_DEVICE_SERIAL_NUMBER', '0'),
  };
}
