import { type ParseArgsConfig, parseArgs } from 'node:util';
import { FOLDS } from '../../evaluation/slices/slice-source.ts';

/** What was asked of a command cannot be: told with its usage, exit code 2. */
export class MisuseError extends Error {}

/** parseArgs of node:util. @throws MisuseError */
export function parseOptions<Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new MisuseError((cause as Error).message);
  }
}

/** @throws MisuseError */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new MisuseError(`${option} must be a whole number${least > 0 ? ` of at least ${least}` : ''}`);
  }
  return value;
}

/** Parts of labelled slices, such as `0,3`; null where none is named. @throws MisuseError */
export function foldsOf(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  return text.split(',').map((part) => {
    const fold = wholeNumber('--folds', part, 0);
    if (fold >= FOLDS) throw new MisuseError(`--folds: ${fold} is not below ${FOLDS}`);
    return fold;
  });
}

/** @throws MisuseError */
export function oneOf<Name extends string | number>(
  option: string,
  text: string,
  names: readonly Name[],
): Name {
  const found = names.find((name) => String(name) === text);
  if (found === undefined) throw new MisuseError(`${option} must be one of ${names.join(', ')}`);
  return found;
}

/**
 * Tells why a command ended: the exit code, 2 and the usage on misuse, else 1.
 * @param foreseen kinds of faults whose message is enough, beside those of the file system, which name their path.
 * @throws any other fault: it is a defect, and keeps its trace.
 */
export function tellFault(
  command: string,
  usage: string,
  fault: unknown,
  ...foreseen: readonly (new (
    ...args: never[]
  ) => Error)[]
): number {
  const misuse = fault instanceof MisuseError;
  const isForeseen = misuse || foreseen.some((kind) => fault instanceof kind);
  if (!(fault instanceof Error && (isForeseen || 'syscall' in fault))) throw fault;
  process.stderr.write(`${command}: ${fault.message}\n${misuse ? usage : ''}`);
  return misuse ? 2 : 1;
}
