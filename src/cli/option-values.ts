/** What was asked of a command cannot be: told with its usage, exit code 2. */
export class MisuseError extends Error {}

/** @throws MisuseError */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new MisuseError(`${option} must be a whole number${least > 0 ? ` of at least ${least}` : ''}`);
  }
  return value;
}

/** @throws MisuseError */
export function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new MisuseError(`${option} must be one of ${names.join(', ')}`);
  return found;
}
