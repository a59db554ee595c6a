import { parseArgs } from 'node:util';
import { processEnvironment } from '../../config/environment.ts';

/** What the command was asked for; `env` has the settings it works under. */
export interface Request {
  readonly target: string;
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is asked for is wrong: exit code 2. */
export class Misuse extends Error {}

/** @throws Misuse */
export function readRequest(args: string[]): Request {
  try {
    const options = { json: { type: 'boolean', default: false }, rules: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [target, ...rest] = positionals;
    if (target === undefined || rest.length > 0) throw new Error('name one folder or one StudyInstanceUID');
    const env = {
      ...processEnvironment(),
      ...(values.rules === undefined ? {} : { SERIES_RULES_FILE: values.rules }),
    };
    return { target, json: values.json, env };
  } catch (cause) {
    throw new Misuse((cause as Error).message);
  }
}
