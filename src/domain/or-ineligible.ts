import { type Ineligible, ineligible } from './ineligible.ts';
import { reasonOf } from './unusable-study.ts';

/**
 * What the work comes to; where a fault of the study itself ends it, such as an image that cannot be decoded or a limit
 * exceeded, why the study cannot be analysed.
 * @throws every other fault.
 */
export async function orIneligible<T>(work: () => Promise<T>): Promise<T | Ineligible> {
  try {
    return await work();
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason === null) throw cause;
    return ineligible(reason);
  }
}
