import { Fault } from '../../domain/fault.ts';
import { problemsInWords } from '../../domain/problems-in-words.ts';

/** A model pack that refuses to start, with every problem found. */
export class ModelPackError extends Fault<'model-pack-refused'> {
  override readonly name = 'ModelPackError';
  readonly problems: readonly string[];
  constructor(folder: string, problems: readonly string[]) {
    super('model-pack-refused', `model pack ${folder} refused:${problemsInWords(problems)}`);
    this.problems = problems;
  }
}
