import { Fault } from '../domain/fault.ts';
import { problemsInWords } from '../domain/problems-in-words.ts';

/** Everything wrong with the settings, at once. Holds names and plain values, no secret. */
export class ConfigError extends Fault<'config-unusable'> {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super('config-unusable', `the settings are not usable:${problemsInWords(problems)}`);
    this.problems = problems;
  }
}
