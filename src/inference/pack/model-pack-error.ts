/** A model pack that refuses to start, with every problem found. */
export class ModelPackError extends Error {
  override readonly name = 'ModelPackError';
  readonly problems: readonly string[];
  constructor(folder: string, problems: readonly string[]) {
    super(`model pack ${folder} refused:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}
