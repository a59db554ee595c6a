import { type ImageHeader, imageKey } from '../../dicom/image/image-header.ts';
import type { PatientIdentity } from '../../dicom/image/patient-identity.ts';
import { type Instance, readInstance } from '../../dicom/image/read-instance.ts';
import { sopIdentity } from '../../dicom/image/sop-identity.ts';
import { ImagingError } from '../../dicom/imaging-error.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import type { DecodeFrame } from '../../pixels/encoded-frame.ts';
import type { CandidateSeries } from '../../series/candidate-series.ts';
import { slicesFromInstance } from '../../volume/slice-from-instance.ts';
import type { Slice } from '../../volume/volume.ts';

/** What has come of a series in one transfer. */
export interface SeriesArrival {
  readonly slices: ReadonlyMap<string, Slice>;
  /** @throws ImagingError when an image that was chosen cannot be used. What selection left aside is not read. */
  take(bytes: Uint8Array): void;
  count(): number;
  /** @throws ImagingError when a chosen image is missing and one came that is too broken to say which it is. */
  complete(): boolean;
}

/** @param identified told whose every chosen image is that arrives. */
export function seriesArrival(
  series: CandidateSeries,
  decode: DecodeFrame,
  identified: (patient: PatientIdentity) => void,
): SeriesArrival {
  const expected = Map.groupBy(series.headers, (header) => header.sopInstanceUid);
  const headers = new Map(series.headers.map((header) => [imageKey(header), header]));
  const slices = new Map<string, Slice>();
  const named = new Set<string>();
  const nameless: ImagingError[] = [];
  const takeChosen = (instance: Instance) => {
    identified(instance.patient);
    const frames = expected.get(instance.header.sopInstanceUid)!.map((header) => header.frameNumber);
    for (const slice of slicesFromInstance(instance, frames, decodeOnce(instance, decode))) {
      checkMatrix(headers.get(imageKey(slice.image))!, slice);
      slices.set(imageKey(slice.image), slice);
    }
  };
  const count = () => named.size + nameless.length;
  return {
    slices,
    take(bytes) {
      const identity = sopIdentity(bytes);
      if (identity !== null && !expected.has(identity.sopInstanceUid as SopInstanceUid)) {
        named.add(identity.sopInstanceUid);
        return;
      }
      const object = `object ${count() + 1} of series ${series.seriesInstanceUid} as it came`;
      const read = readNamed(bytes, object);
      if (read instanceof ImagingError) {
        if (identity !== null) throw read;
        nameless.push(read);
        return;
      }
      named.add(read.header.sopInstanceUid);
      if (expected.has(read.header.sopInstanceUid)) takeChosen(read);
    },
    count,
    complete() {
      const whole = slices.size === headers.size;
      if (!whole && nameless.length > 0) throw nameless[0];
      return whole && count() === series.instanceCount;
    },
  };
}

/** The memory of an object with one frame goes to the decoder as it is: each came alone in its own. */
function decodeOnce({ frames }: Instance, decode: DecodeFrame): DecodeFrame {
  return frames.length === 1 ? (frame) => decode({ ...frame, memoryIsSpare: true }) : decode;
}

/** An object too broken to say its UID is named by its place. */
function readNamed(bytes: Uint8Array, object: string): Instance | ImagingError {
  try {
    return readInstance(bytes);
  } catch (cause) {
    if (!(cause instanceof ImagingError)) throw cause;
    return cause.sopInstanceUid === null
      ? new ImagingError(cause.problem, { object, tag: cause.tag, cause })
      : cause;
  }
}

/** What was selected, and found small enough, by its metadata must be what arrives. */
function checkMatrix(header: ImageHeader, { plane }: Slice): void {
  if (plane.rows === header.rows && plane.columns === header.columns) return;
  throw new ImagingError(
    `has ${plane.rows} × ${plane.columns} pixels where its metadata say ${header.rows} × ${header.columns}`,
    { sopInstanceUid: header.sopInstanceUid, tag: '(0028,0010)' },
  );
}
