import { readFileSync } from 'node:fs';
import { type RenewedText, renewedText } from './renewed-text.ts';

/** A text kept out of logs and error messages: printing or serialising it shows that it is there, no more. */
export class Secret {
  readonly #text: RenewedText;
  constructor(text: string | RenewedText) {
    this.#text = typeof text === 'string' ? { now: () => text, anew: () => text } : text;
  }
  reveal(): string {
    return this.#text.now();
  }
  /** Reads it again where it comes from a file, also when the file seems not to have changed. */
  renew(): string {
    return this.#text.anew();
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
}

/** What the environment says, read by name and kind. Problems are collected, never thrown. */
export interface SettingReader {
  readonly problems: string[];
  /** Every name asked for so far. */
  readonly names: ReadonlySet<string>;
  text<Default>(name: string, byDefault: Default): string | Default;
  /** An integer in [least, most]. */
  integer(name: string, byDefault: number, least: number, most: number): number;
  flag(name: string, byDefault: boolean): boolean;
  oneOf<Choice extends string>(name: string, choices: readonly Choice[], byDefault: Choice): Choice;
  /** Different choices, separated by commas, in order. */
  listOf<Choice extends string>(
    name: string,
    choices: readonly Choice[],
    byDefault: readonly Choice[],
  ): readonly Choice[];
  /** The content of the file that the setting names; null when it is not set or cannot be read. */
  file(name: string): string | null;
  /** The setting, or the content of the file that `${name}_FILE` names; never both. */
  secret(name: string): Secret | null;
}

/** An empty setting counts as absent: that is how compose files and charts leave one out. */
export function settingReader(env: Readonly<Record<string, string | undefined>>): SettingReader {
  const problems: string[] = [];
  const names = new Set<string>();
  const read = (name: string): string | null => {
    names.add(name);
    const value = env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const wrong = <Value>(name: string, expected: string, instead: Value): Value => {
    problems.push(`${name} must be ${expected}`);
    return instead;
  };
  return {
    problems,
    names,
    text: (name, byDefault) => read(name) ?? byDefault,
    integer(name, byDefault, least, most) {
      const text = read(name);
      if (text === null) return byDefault;
      const value = Number(text);
      const fits = /^\d+$/.test(text) && value >= least && value <= most;
      return fits ? value : wrong(name, `a whole number from ${least} to ${most}, not "${text}"`, byDefault);
    },
    flag(name, byDefault) {
      const text = read(name)?.toLowerCase() ?? null;
      if (text === null) return byDefault;
      if (text === 'true' || text === '1') return true;
      if (text === 'false' || text === '0') return false;
      return wrong(name, `true or false, not "${text}"`, byDefault);
    },
    oneOf(name, choices, byDefault) {
      const text = read(name);
      if (text === null) return byDefault;
      const choice = choices.find((each) => each === text);
      return choice ?? wrong(name, `one of ${choices.join(', ')}, not "${text}"`, byDefault);
    },
    listOf(name, choices, byDefault) {
      const text = read(name);
      if (text === null) return byDefault;
      const parts = text.split(',').map((part) => part.trim());
      const chosen = parts.flatMap((part) => choices.find((each) => each === part) ?? []);
      const fits = chosen.length === parts.length && new Set(chosen).size === chosen.length;
      return fits
        ? chosen
        : wrong(name, `different ones of ${choices.join(', ')}, separated by commas`, byDefault);
    },
    file(name) {
      const path = read(name);
      return path === null ? null : fileContent(name, path, problems);
    },
    secret(name) {
      const value = read(name);
      const file = read(`${name}_FILE`);
      if (value !== null && file !== null) {
        return wrong(name, `set only once: either ${name} or ${name}_FILE`, null);
      }
      if (value !== null) return new Secret(value);
      return file === null ? null : secretFile(`${name}_FILE`, file, problems);
    },
  };
}

function secretFile(name: string, file: string, problems: string[]): Secret | null {
  const content = fileContent(name, file, problems);
  return content === null ? null : new Secret(renewedText(file, content));
}

/** The trimmed text of a file; null, and a problem more, when it is empty or cannot be read. */
export function fileContent(name: string, file: string, problems: string[]): string | null {
  try {
    const content = readFileSync(file, 'utf8').trim();
    if (content !== '') return content;
    problems.push(`${name} names an empty file: ${file}`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    problems.push(`${name} names a file that cannot be read${code}: ${file}`);
  }
  return null;
}
