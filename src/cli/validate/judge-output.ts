import { PRIVATE_SCHEME } from '../../sr/tree/coded-concepts.ts';
import { TIMEOUT_MS } from './run-validator.ts';
import type { Outcome, Verdict } from './verdict.ts';

/** dciodvfy: `Error - …` lines count as well as the exit code; a private coding scheme is unknown to it by nature. */
export function judgeDciodvfy({ exitCode, output }: Outcome): Pick<Verdict, 'errors' | 'warnings'> {
  const errors = linesOf(output, /^Error\b/);
  const privateScheme = [PRIVATE_SCHEME.designator, PRIVATE_SCHEME.uid].map(
    (term) => `Unrecognized defined term = <${term}>`,
  );
  const warnings = linesOf(output, /^Warning\b/).filter(
    (line) => !privateScheme.some((known) => line.endsWith(known)),
  );
  return { errors: withExitCode(errors, exitCode), warnings };
}

/** dsrdump: `E:` and `F:` lines; it says of itself that its VR checker does not know UTF-8, nor it the templates. */
export function judgeDsrdump({ exitCode, output }: Outcome): Pick<Verdict, 'errors' | 'warnings'> {
  const warnings = linesOf(output, /^W:/).filter(
    (line) => !/VR checker does not support|Check for template constraints not yet supported/.test(line),
  );
  return { errors: withExitCode(linesOf(output, /^[EF]:/), exitCode), warnings };
}

/**
 * dcentvfy: patient, study and series attributes of all files agree. That its tables file an attribute of an MR image
 * under another entity than that of an SR says nothing about the files.
 */
export function judgeDcentvfy({ exitCode, output }: Outcome): Pick<Verdict, 'errors' | 'warnings'> {
  const warnings = linesOf(output, /^Warning\b/).filter(
    (line) => !line.startsWith('Warning - Different information entities for attribute'),
  );
  return { errors: withExitCode(linesOf(output, /^Error\b/), exitCode), warnings };
}

/** The lines of a validator's output that match. */
export function linesOf(output: string, pattern: RegExp): string[] {
  return output.split(/\r?\n/).filter((line) => pattern.test(line));
}

/** The errors, or what the exit code alone says. */
export function withExitCode(errors: readonly string[], exitCode: number | null): readonly string[] {
  if (errors.length > 0 || exitCode === 0) return errors;
  return [exitCode === null ? `did not finish within ${TIMEOUT_MS} ms` : `exit code ${exitCode}`];
}
