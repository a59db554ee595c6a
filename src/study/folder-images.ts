import { patientJson } from '../dicom/image/patient-identity.ts';
import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { numberValue, textValue } from '../dicom/json/dicom-json-values.ts';
import { headerJson, parsePart10 } from '../dicom/part10/parse-part10.ts';
import type { SeriesSummary } from '../dicomweb/archive.ts';
import type { SeriesInstanceUid } from '../domain/uid.ts';
import type { ImageSource } from './image-source.ts';

/** One DICOM object of a folder. */
export interface FolderObject {
  readonly json: DicomJson;
  /** Its Part 10 bytes, read anew. */
  read(): Promise<Uint8Array>;
}

/**
 * What an archive's metadata would say of an object, as far as a study is inspected by it.
 * @throws ImagingError when the bytes are no DICOM object.
 */
export function metadataOf(bytes: Uint8Array): DicomJson {
  const dataSet = parsePart10(bytes);
  return { ...headerJson(dataSet), ...patientJson(dataSet) };
}

const SERIES_INSTANCE_UID = '0020000E';
const SOP_INSTANCE_UID = '00080018';

/** The images of one study in a folder, as an archive would list them: an object that is there twice counts once. */
export function folderImages(objects: readonly FolderObject[]): ImageSource {
  const bySeries = new Map<string, Map<string, FolderObject>>();
  for (const [index, object] of objects.entries()) {
    const series = textValue(object.json, SERIES_INSTANCE_UID) ?? '';
    const members = bySeries.get(series) ?? new Map<string, FolderObject>();
    // An object that does not tell its UID is not taken for another one.
    const name = textValue(object.json, SOP_INSTANCE_UID) ?? `#${index}`;
    if (!members.has(name)) members.set(name, object);
    bySeries.set(series, members);
  }
  const of = ({ seriesInstanceUid }: SeriesSummary) => bySeries.get(seriesInstanceUid) ?? new Map();
  return {
    series: async () =>
      Array.from(bySeries, ([uid, members]): SeriesSummary => {
        const { json } = members.values().next().value!;
        return {
          seriesInstanceUid: uid as SeriesInstanceUid,
          modality: textValue(json, '00080060') ?? '',
          seriesNumber: numberValue(json, '00200011'),
          instanceCount: members.size,
        };
      }),
    metadata: async (series) => Array.from(of(series).values(), ({ json }) => json),
    async *instances(series, signal) {
      for (const object of of(series).values()) {
        signal?.throwIfAborted();
        yield await object.read();
      }
    },
    async instance(series, sopInstanceUid) {
      const object = of(series).get(sopInstanceUid);
      if (object === undefined) throw new TypeError('an object was asked for that the folder does not hold');
      return object.read();
    },
  };
}
