import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { textValue } from '../dicom/json/dicom-json-values.ts';
import { SERIES_ROLES, type SeriesRole } from '../domain/series-role.ts';
import { isUid } from '../domain/uid.ts';
import type { AnalysisRequest } from '../jobs/analysis-request.ts';
import { codesIn, items } from './coded.ts';
import { TAGS } from './workitem-tags.ts';

/** Of this project's codes the parameters that it knows; others are other performers'. */
export const PARAMETER_SCHEME = '99SPINEGRADE';

/**
 * What Scheduled Processing Parameters Sequence (0074,1210) asks for: `force` (TEXT `YES`), and for a role of a series
 * (`sagittal-t1`, `sagittal-t2`, `axial-t2`) a series (UIDREF).
 */
export function processingParameters(step: DicomJson): Pick<AnalysisRequest, 'force' | 'series'> {
  let force = false;
  const series: Record<string, SeriesRole> = {};
  for (const item of items(step, TAGS.processingParameters)) {
    const [name] = codesIn(item, TAGS.conceptName);
    if (name?.scheme !== PARAMETER_SCHEME) continue;
    const uid = textValue(item, TAGS.uidValue);
    if (name.value === 'force') force = textValue(item, TAGS.textValue) === 'YES';
    const role = SERIES_ROLES.find((each) => each === name.value);
    if (role !== undefined && uid !== null && isUid(uid)) series[uid] = role;
  }
  return { force, series };
}
