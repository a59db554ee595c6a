import { configFrom } from '../../src/config/config.ts';
import { type SettingReader, settingReader } from '../../src/config/setting.ts';

/** How the service reads a setting. */
export type SettingKind =
  | { readonly kind: 'text' | 'flag' | 'secret' | 'file' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'one-of' | 'list-of'; readonly choices: readonly string[] };

/** Every setting by name, with all the ways in which it is read. What `NAME_FILE` names is the secret NAME. */
export function settingKinds(): ReadonlyMap<string, readonly SettingKind[]> {
  const kinds = new Map<string, SettingKind[]>();
  const note = (name: string, kind: SettingKind) => kinds.set(name, [...(kinds.get(name) ?? []), kind]);
  const reader = settingReader({});
  const noting: SettingReader = {
    ...reader,
    text(name, byDefault) {
      note(name, { kind: 'text' });
      return reader.text(name, byDefault);
    },
    integer(name, byDefault, least, most) {
      note(name, { kind: 'integer', least, most });
      return reader.integer(name, byDefault, least, most);
    },
    flag(name, byDefault) {
      note(name, { kind: 'flag' });
      return reader.flag(name, byDefault);
    },
    oneOf(name, choices, byDefault) {
      note(name, { kind: 'one-of', choices });
      return reader.oneOf(name, choices, byDefault);
    },
    listOf(name, choices, byDefault) {
      note(name, { kind: 'list-of', choices });
      return reader.listOf(name, choices, byDefault);
    },
    file(name) {
      note(name, { kind: 'file' });
      return reader.file(name);
    },
    secret(name) {
      note(name, { kind: 'secret' });
      return reader.secret(name);
    },
  };
  configFrom(noting);
  return kinds;
}
