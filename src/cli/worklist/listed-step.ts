import type { Worklist } from '../../dicomweb/ups/worklist.ts';
import { type Coded, codesIn, items } from '../../worklist/coded.ts';
import { readStep, type Step } from '../../worklist/read-step.ts';
import { isMeant, matchingKeys, type WhichSteps } from '../../worklist/which-steps.ts';
import { TAGS } from '../../worklist/workitem-tags.ts';

/**
 * Whose a step is. `open`: nobody's yet. `ours`: claimed by this installation. `lost`: claimed under our station's name,
 * and this installation knows nothing of it. `station`: under our station's name, where the database could not be asked.
 * `other`: another performer's.
 */
export type Whose = 'open' | 'ours' | 'lost' | 'station' | 'other';

export interface ListedStep {
  readonly workitem: string;
  readonly whose: Whose;
  readonly priority: Step['priority'];
  readonly ready: boolean;
  readonly start: string;
  readonly studies: readonly string[];
}

/**
 * The steps that are meant and not over, the open ones first.
 * @param claims those that the database holds; null where it could not be asked
 */
export async function listSteps(
  worklist: Pick<Worklist, 'search' | 'retrieve'>,
  which: WhichSteps,
  station: Pick<Coded, 'value' | 'scheme'>,
  claims: ReadonlySet<string> | null,
): Promise<readonly ListedStep[]> {
  const listed: ListedStep[] = [];
  for (const state of ['SCHEDULED', 'IN PROGRESS']) {
    const rows = await worklist.search({ ProcedureStepState: state, ...matchingKeys(which) });
    const steps = rows.flatMap((row) => readStep(row) ?? []);
    for (const step of steps.filter((each) => each.state === state && isMeant(each, which))) {
      const whose = state === 'SCHEDULED' ? 'open' : await whoseIs(worklist, step, station, claims);
      const { workitem, priority, isReady: ready, start, input } = step;
      listed.push({ workitem, whose, priority, ready, start, studies: input.studies });
    }
  }
  return listed;
}

/** A search does not return who performs a step (PS3.4 table CC.2.5-3): it is retrieved. */
async function whoseIs(
  worklist: Pick<Worklist, 'retrieve'>,
  { workitem }: Step,
  station: Pick<Coded, 'value' | 'scheme'>,
  claims: ReadonlySet<string> | null,
): Promise<Whose> {
  if (claims?.has(workitem)) return 'ours';
  const dataSet = await worklist.retrieve(workitem);
  const [performed] = dataSet === null ? [] : items(dataSet, TAGS.performedProcedure);
  const codes = performed === undefined ? [] : codesIn(performed, TAGS.performedStationNameCode);
  const isOurs = codes.some(({ value, scheme }) => value === station.value && scheme === station.scheme);
  if (!isOurs) return 'other';
  return claims === null ? 'station' : 'lost';
}
