import type { MatchingKeys } from '../dicomweb/ups/worklist.ts';
import type { Step } from './read-step.ts';

/** Which steps are for this service: those of which everything that is said here is true; null says nothing. */
export interface WhichSteps {
  /** Scheduled Workitem Code. */
  readonly code: { readonly value: string; readonly scheme: string } | null;
  readonly label: string | null;
  /** Scheduled Station Name Code. */
  readonly station: { readonly value: string; readonly scheme: string } | null;
}

/** As which steps are performed where no station is named. */
export const PERFORMER_STATION = { value: 'SPINEGRADE', scheme: '99SPINEGRADE' };

export function matchingKeys({ code, label, station }: WhichSteps): MatchingKeys {
  const coded = (keyword: string, of: WhichSteps['code']) =>
    of === null
      ? {}
      : { [`${keyword}.CodeValue`]: of.value, [`${keyword}.CodingSchemeDesignator`]: of.scheme };
  return {
    ...coded('ScheduledWorkitemCodeSequence', code),
    ...(label === null ? {} : { WorklistLabel: label }),
    ...coded('ScheduledStationNameCodeSequence', station),
  };
}

/**
 * The same, asked of a step: a server may show others. One that is scheduled for other equipment, or for people, is
 * theirs, whatever else it says.
 */
export function isMeant(
  { codes, label, stations, isForPeople }: Pick<Step, 'codes' | 'label' | 'stations' | 'isForPeople'>,
  { code, label: wanted, station }: WhichSteps,
): boolean {
  const has = (found: Step['codes'], one: { readonly value: string; readonly scheme: string }) =>
    found.some(({ value, scheme }) => value === one.value && scheme === one.scheme);
  if (isForPeople || (code !== null && !has(codes, code))) return false;
  if (wanted !== null && label !== wanted) return false;
  return station === null
    ? stations.length === 0 || has(stations, PERFORMER_STATION)
    : has(stations, station);
}

const RANK = { stat: 0, routine: 1, backfill: 2 };

/** Urgent ones first, then those that were to begin first. */
export function byUrgency(a: Step, b: Step): number {
  return RANK[a.priority] - RANK[b.priority] || (a.start < b.start ? -1 : Number(a.start > b.start));
}
