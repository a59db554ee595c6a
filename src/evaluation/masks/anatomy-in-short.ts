import type { Estimate } from '../measures/bootstrap.ts';
import { JUDGED_UNIT } from './judged-measures.ts';
import { type AnatomyEvaluation, DISC_WITHIN_MM } from './summarise-anatomy.ts';
import type { LocalisedPlaces, LocaliserSummary } from './summarise-localised.ts';

/** The chief figures as lines for a terminal. */
export function anatomyInShort({
  cases,
  slices,
  structures,
  discs,
  measures,
  localiser,
}: AnatomyEvaluation): string {
  const lines = [
    `anatomy of ${cases} cases, ${slices} slices`,
    ...structures.map(
      ({ plane, structure, dice, surface95Mm }) =>
        `${plane} ${structure}: Dice ${shown(dice)}; 95th percentile of surface distance ${shown(surface95Mm, 1)} mm`,
    ),
    `disc centres within ${DISC_WITHIN_MM} mm: ${shown(discs.within)} of ${discs.count}; ${shown(discs.medianMm, 1)} mm off in the median`,
    ...measures.map(({ measure, count, medianOff, medianOffShare, ...m }) => {
      const limits = `${shown(m.lowerLimit, 1)} to ${shown(m.upperLimit, 1)}`;
      return `${measure}, ${count}: ${shown(medianOff, 2)} ${JUDGED_UNIT[measure]} off in the median (${shown(medianOffShare)} of it); mean difference ${shown(m.meanDifference, 2)}, limits of agreement ${limits}; absent ${m.missed}, unfounded ${m.unfounded}`;
    }),
    ...(localiser === null ? [] : localiserLines(localiser)),
  ];
  return `${lines.join('\n')}\n`;
}

function localiserLines({
  cases,
  localised,
  numberedRight,
  doubted,
  disc,
  canal,
}: LocaliserSummary): string[] {
  const places = (name: string, { count, within3Mm, within6Mm, meanMm }: LocalisedPlaces) =>
    `localiser, ${count} ${name}: within 3 mm ${shown(within3Mm)}, within 6 mm ${shown(within6Mm)}, mean ${shown(meanMm, 2)} mm`;
  return [
    `localiser: ${localised} of ${cases} cases found, numbered right ${shown(numberedRight)}; ${doubted.count} with a warning of their numbering, ${doubted.wrong} of them numbered wrong`,
    places('disc centres', disc),
    places('canal centres', canal),
  ];
}

function shown({ value, interval }: Estimate, digits = 3): string {
  const range = interval ? ` (${interval[0].toFixed(digits)}–${interval[1].toFixed(digits)})` : '';
  return value === null ? '–' : `${value.toFixed(digits)}${range}`;
}
