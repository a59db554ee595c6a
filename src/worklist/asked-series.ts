import type { SeriesSummary } from '../dicomweb/archive.ts';
import type { CodeOf } from '../domain/catalogue.ts';
import { OTHER_SERIES, type SeriesOverride } from '../domain/series-role.ts';
import type { StepInput } from './read-step.ts';

/**
 * What a step decides of the series of its study: where its input lists some of the MR series, and not all, the others
 * are not to be used. Series of which all images are listed and those of which some are, are taken alike.
 * @param parameters roles that the step gives series, which names them, too
 * @param there every series of the study in the archive; where there is none, the analysis will say so
 */
export function askedSeries(
  { series }: Pick<StepInput, 'series'>,
  parameters: SeriesOverride,
  there: readonly Pick<SeriesSummary, 'seriesInstanceUid' | 'modality'>[],
): SeriesOverride | CodeOf<'workitem'> {
  const named = new Set([...series, ...Object.keys(parameters)]);
  const found = new Set<string>(there.map(({ seriesInstanceUid }) => seriesInstanceUid));
  if (there.length === 0) return parameters;
  if ([...named].some((uid) => !found.has(uid))) return 'input-series-missing';
  const images = there.flatMap(({ modality, seriesInstanceUid }) =>
    modality === 'MR' ? [seriesInstanceUid] : [],
  );
  if (series.length === 0 || images.every((uid) => named.has(uid))) return parameters;
  const usable = images.filter((uid) => named.has(uid)).map((uid) => [uid, 'any'] as const);
  return { [OTHER_SERIES]: 'ignore', ...Object.fromEntries(usable), ...parameters };
}
