import type { ImageHeader } from '../../dicom/image/image-header.ts';
import { type SeriesRemark, seriesRemark } from '../../domain/series-remark.ts';
import { describedWeighting } from './described-weighting.ts';
import { isFatSuppressed } from './fat-suppression.ts';
import { type Weighting, weightingByTimes } from './weighting-by-times.ts';

export interface MrWeighting {
  readonly weighting: Weighting;
  /** What told it; null when nothing in the headers does, so that only the pixels can. */
  readonly source: 'times' | 'contrast' | 'description' | null;
  readonly fatSuppressed: boolean;
  /** Without the description's own words. */
  readonly evidence: SeriesRemark;
}

/**
 * The weighting of a series: from the median of its images' echo, repetition and inversion times and its
 * ScanningSequence; else from what the scanner calls the contrast (third value of FrameType, PS3.3 C.8.16.1.3); else
 * from its description.
 * @param headers the images of one contrast, at least one.
 */
export function mrWeighting(headers: readonly ImageHeader[]): MrWeighting {
  const fatSuppressed = isFatSuppressed(headers);
  const { weighting, decided, times } = weightingByTimes(headers);
  const described = describedWeighting(headers[0]!);
  if (decided) {
    const contradicted = described.weighting !== null && described.weighting !== weighting;
    const evidence = seriesRemark('contrast-by-times', { times, contradicted });
    return { weighting, source: 'times', fatSuppressed, evidence };
  }
  const named = weightingFromContrast(headers[0]!);
  if (named !== null) {
    const isOther = named.weighting === null;
    const evidence = seriesRemark('contrast-by-scanner', { times, contrast: named.contrast, isOther });
    return { weighting: named.weighting, source: 'contrast', fatSuppressed, evidence };
  }
  return {
    weighting: described.weighting,
    source: described.says === null ? null : 'description',
    fatSuppressed,
    evidence:
      described.says === null
        ? seriesRemark('contrast-not-told', { times, description: described.description })
        : seriesRemark('contrast-by-description', { times, says: described.says }),
  };
}

/** Enhanced MR names its acquisition contrast (PS3.3 C.8.16.1.3, as third value of FrameType). */
function weightingFromContrast(header: ImageHeader): { weighting: Weighting; contrast: string } | null {
  const contrast = header.imageType[2]?.toUpperCase() ?? '';
  if (contrast === 'T1') return { weighting: 'T1', contrast };
  if (contrast === 'T2' || contrast === 'STIR') return { weighting: 'T2', contrast };
  const other = /^(PROTON_DENSITY|FLUID_ATTENUATED|T2_STAR|DIFFUSION|FLOW_ENCODED|PERFUSION)$/.test(contrast);
  return other ? { weighting: null, contrast } : null;
}
