import type { SettingReader } from './setting.ts';

/** VR LO (PS3.5 6.2): 64 characters, no backslash, no control characters. */
export function longString(settings: SettingReader, name: string, byDefault: string): string {
  const text = settings.text(name, byDefault);
  if (!/^[^\\\p{Cc}]{1,64}$/u.test(text)) {
    settings.problems.push(
      `${name} must have at most 64 characters, none of them a backslash or a control character`,
    );
  }
  return text;
}
