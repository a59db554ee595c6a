import { observedQuantile } from '../../../domain/quantile.ts';
import type { DayOutcome, DayStudy } from './bench-day.ts';

const DAY_MINUTES = 24 * 60;
const SHARES = [0.5, 0.9, 0.95, 0.99] as const;

/** What became of the day, and how late its results were: from a study's last image in the archive to its stored report. */
export function dayTable({
  arrivals,
  minutes,
  quietMs,
  concurrency,
  lumbar,
  othersStored,
  service,
}: DayOutcome): readonly string[] {
  const late = lumbar.filter(({ arrival }) => arrival.lateMinutes !== null);
  const hours = Map.groupBy(lumbar, ({ arrival }) => Math.floor(arrival.atMinute / 60));
  const busiest = [...hours.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
  const counted = (of: (states: DayStudy['states']) => boolean) =>
    lumbar.filter(({ states }) => of(states)).length;
  const reports = (states: DayStudy['states']) => states.filter((state) => state === 'stored').length;
  const others = arrivals.length - lumbar.length;
  return [
    `${arrivals.length} MR studies of a day within ${minutes} minutes (${Math.round(DAY_MINUTES / minutes)} times as fast, the quiet time ${seconds(quietMs)} s alike),` +
      ` ${lumbar.length} of them lumbar (78 images), ${late.length} with a series that comes later; ${concurrency} analyses at a time.`,
    '',
    '| results, seconds after the last image | studies | median | 90 % | 95 % | 99 % | latest |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...row('all lumbar studies', lumbar),
    ...row('of the busiest hour', busiest),
    ...row('with a late series', late),
    '',
    `Reports: ${counted((states) => reports(states) === 1)} studies have one, ${counted((states) => reports(states) > 1)} a revised one,` +
      ` ${counted((states) => states.at(-1) !== 'stored')} none; of ${others} of other body parts ${othersStored} have one.`,
    `The service: ${(service.processorMs / lumbar.length).toFixed(0)} ms of processor a lumbar study, all else with it; at most` +
      ` ${service.peakMb} MB resident, ${service.idleMb} when it was ready.`,
    '',
  ];
}

function row(what: string, studies: readonly DayStudy[]): readonly string[] {
  if (studies.length === 0) return [];
  const lateness = studies.map(({ completeAt, endedAt }) => endedAt - completeAt);
  const cells = [...SHARES.map((share) => observedQuantile(lateness, share)), Math.max(...lateness)];
  return [`| ${[what, studies.length, ...cells.map(seconds)].join(' | ')} |`];
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);
