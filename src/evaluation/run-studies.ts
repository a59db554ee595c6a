/**
 * Runs studies 0 … count − 1. Every evaluator takes the next study when it is done with one; what comes out, in the
 * order of the studies, does not depend on how many there are.
 */
export async function runStudies<Outcome>(
  evaluators: readonly ((index: number) => Promise<Outcome>)[],
  count: number,
  onStudy: (done: number, of: number) => void,
): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(count);
  let [next, done] = [0, 0];
  onStudy(0, count);
  const takeTurns = async (evaluate: (index: number) => Promise<Outcome>) => {
    while (next < count) {
      const index = next++;
      outcomes[index] = await evaluate(index);
      onStudy(++done, count);
    }
  };
  await Promise.all(evaluators.map(takeTurns));
  return outcomes;
}
