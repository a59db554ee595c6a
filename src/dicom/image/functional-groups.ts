import { ImagingError } from '../imaging-error.ts';
import type { DicomJson, DicomJsonElement } from '../json/dicom-json.ts';
import { numberValue, textValue } from '../json/dicom-json-values.ts';

const NUMBER_OF_FRAMES = '00280008';
const SHARED_FUNCTIONAL_GROUPS = '52009229';
const PER_FRAME_FUNCTIONAL_GROUPS = '52009230';

/** What Enhanced MR (PS3.3 C.8.13.5) calls by another name than MR Image: its tag → the classic one. */
const CLASSIC_TAGS: Readonly<Record<string, string>> = {
  '00189082': '00180081', // EffectiveEchoTime → EchoTime
  '00189079': '00180082', // InversionTimes → InversionTime
  '00189240': '00180091', // RFEchoTrainLength → EchoTrainLength
  '00189005': '00180024', // PulseSequenceName → SequenceName
  '00209128': '00200100', // TemporalPositionIndex → TemporalPositionIdentifier
  '00209156': '00200012', // FrameAcquisitionNumber → AcquisitionNumber
};

/** Most frames of one object whose headers are read; ten times the largest lumbar MR series. */
const MAX_FRAMES = 20_000;
/** Most attributes that the frames of one object have of their own, taken together. */
const MAX_FRAME_ATTRIBUTES = 1_000_000;

/**
 * The data set of each frame of a multi-frame object (PS3.3 C.7.6.16): the object's own attributes with those of the
 * shared functional groups, and over these of the frame's own, brought to the top level, so that a frame reads like a
 * single-frame image, times and names under their classic tags too. An object without functional groups is returned as it is, alone.
 * Macros whose sequence has several items (Referenced Image, for one) stay sequences.
 * What frames have in common they inherit from one object: it is there when looked up, and not listed with their own.
 * @throws ImagingError when the functional groups do not describe NumberOfFrames frames.
 */
export function frameDataSets(json: DicomJson): readonly DicomJson[] {
  if (!isMultiFrame(json)) return [json];
  const perFrame = items(json[PER_FRAME_FUNCTIONAL_GROUPS]);
  const frames = numberValue(json, NUMBER_OF_FRAMES) ?? 1;
  const at = { sopInstanceUid: textValue(json, '00080018'), tag: '(5200,9230)' };
  if (perFrame.length !== frames) {
    throw new ImagingError(
      `the functional groups describe ${perFrame.length} frames where NumberOfFrames says ${frames}`,
      at,
    );
  }
  if (frames > MAX_FRAMES) throw new ImagingError(`${frames} frames are more than are read`, at);
  const { [SHARED_FUNCTIONAL_GROUPS]: shared, [PER_FRAME_FUNCTIONAL_GROUPS]: _, ...own } = json;
  const common = { ...own, ...broughtUp(items(shared)[0]) };
  let attributes = 0;
  return perFrame.map((groups) => {
    const frame = broughtUp(groups);
    attributes += Object.keys(frame).length;
    if (attributes > MAX_FRAME_ATTRIBUTES) {
      throw new ImagingError(`its frames have more than ${MAX_FRAME_ATTRIBUTES} attributes`, at);
    }
    return Object.assign(Object.create(common) as Record<string, DicomJsonElement>, frame);
  });
}

/** Whether the object describes its frames by functional groups. */
export function isMultiFrame(json: DicomJson): boolean {
  return items(json[PER_FRAME_FUNCTIONAL_GROUPS]).length > 0;
}

function broughtUp(groups: DicomJson | undefined): DicomJson {
  const flat: Record<string, DicomJsonElement> = {};
  for (const [tag, element] of Object.entries(groups ?? {})) {
    const macro = items(element);
    if (element.vr === 'SQ' && macro.length === 1) Object.assign(flat, macro[0]);
    else flat[tag] = element;
  }
  for (const [tag, classicTag] of Object.entries(CLASSIC_TAGS)) {
    const element = flat[tag];
    if (element !== undefined) flat[classicTag] = element;
  }
  return flat;
}

function items(element: DicomJsonElement | undefined): readonly DicomJson[] {
  const isDataSet = (value: unknown): value is DicomJson =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return element?.vr === 'SQ' ? (element.Value ?? []).filter(isDataSet) : [];
}
