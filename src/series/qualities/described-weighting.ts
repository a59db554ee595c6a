import type { ImageHeader } from '../../dicom/image/image-header.ts';
import type { Described, NotDescribed } from '../../domain/series-remarks/contrast-sentences.ts';
import type { Weighting } from './weighting-by-times.ts';

/** Free text that may name the weighting; matched, never quoted. */
export function descriptionOf(header: ImageHeader): string {
  return `${header.seriesDescription} ${header.protocolName} ${header.sequenceName}`.toUpperCase();
}

/** The weighting of what a description says; `says` null where it does not decide. */
export type DescribedWeighting = { readonly weighting: Weighting } & (
  | { readonly says: Described }
  | { readonly says: null; readonly description: NotDescribed }
);

type Says = Described | NotDescribed;
const DESCRIBED: Readonly<Record<Says, DescribedWeighting>> = {
  t1: { weighting: 'T1', says: 't1' },
  t2: { weighting: 'T2', says: 't2' },
  flair: { weighting: null, says: 'flair' },
  other: { weighting: null, says: 'other' },
  both: { weighting: null, says: null, description: 'both' },
  neither: { weighting: null, says: null, description: 'neither' },
};

/** What the image's description says of its weighting, without its own words. */
export function describedWeighting(header: ImageHeader): DescribedWeighting {
  return DESCRIBED[saysWeighting(header)];
}

function saysWeighting(header: ImageHeader): Says {
  const text = descriptionOf(header);
  // `t2_tse`, `T2W` and `T2/STIR` name T2; `T12` (a vertebra) and `T2*` (gradient echo) do not.
  const saysT1 = /(?<![A-Z0-9])T1(?![0-9])/.test(text);
  const saysT2 = /(?<![A-Z0-9])T2(?![0-9*]|[ _]?STAR)|(?<![A-Z])STIR(?![A-Z])/.test(text);
  const saysFlair = /(?<![A-Z])(FLAIR|TIRM_DARK|DARK[ _-]?FLUID)(?![A-Z])/.test(text);
  const saysOther =
    /(?<![A-Z0-9])(PDW?|PROTON[ _-]?DENSITY|T2[ _]?STAR|T2\*|MEDIC|MERGE|DWI|ADC|MYELO\w*)(?![A-Z0-9])/.test(
      text,
    );
  if (saysT1 && saysT2) return 'both';
  if (saysT1) return 't1';
  if (saysFlair) return 'flair';
  if (saysOther) return 'other';
  return saysT2 ? 't2' : 'neither';
}
