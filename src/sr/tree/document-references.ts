import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import { dataSet } from '../encode/data-set.ts';

export interface InstanceReference {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/**
 * Instances by study and series, each once (PS3.3 table C.17-3, Hierarchical SOP Instance Reference Macro). A SOP Instance
 * UID that two series of the images share, which it should not be, names an instance of each.
 */
export function documentReferences(instances: readonly InstanceReference[]): DataSetToEncode[] {
  const distinct = new Map(
    instances.map((each) => [
      [each.studyInstanceUid, each.seriesInstanceUid, each.sopInstanceUid].join(),
      each,
    ]),
  );
  const studies = Map.groupBy(distinct.values(), ({ studyInstanceUid }) => studyInstanceUid);
  return [...studies].map(([studyInstanceUid, inStudy]) => {
    const series = Map.groupBy(inStudy, ({ seriesInstanceUid }) => seriesInstanceUid);
    return dataSet({
      StudyInstanceUID: studyInstanceUid,
      ReferencedSeriesSequence: [...series].map(([seriesInstanceUid, inSeries]) =>
        dataSet({
          SeriesInstanceUID: seriesInstanceUid,
          ReferencedSOPSequence: inSeries.map(({ sopClassUid, sopInstanceUid }) =>
            dataSet({ ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid }),
          ),
        }),
      ),
    });
  });
}
