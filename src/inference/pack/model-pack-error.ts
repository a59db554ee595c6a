import { Fault } from '../../domain/fault.ts';

/** A model pack that refuses to start, with every problem found. */
export class ModelPackError extends Fault<'model-pack-refused'> {
  override readonly name = 'ModelPackError';
  readonly problems: readonly string[];
  constructor(folder: string, problems: readonly string[]) {
    super(
      'model-pack-refused',
      `model pack ${folder} refused:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}
