import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';
import { textValue } from '../../src/dicom/json/dicom-json-values.ts';

/** An object that an archive holds. */
export interface HeldObject {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly json: DicomJson;
  readonly bytes: Uint8Array;
}

/** What a row of each level tells without being asked to (PS3.18 tables 10.6.3-3 ff.). */
const TOLD = {
  study: ['00080020', '00080030', '0020000D'],
  series: ['00080060', '0020000D', '0020000E', '00200011'],
  instance: ['00080016', '00080018', '0020000D', '0020000E'],
} as const;

/** The rows of a query (PS3.18 10.6); null where it asks for nothing that there is. */
export function queryRows(
  held: readonly HeldObject[],
  path: string,
  asked: URLSearchParams,
  countsAreOffBy: number,
): readonly DicomJson[] | null {
  const [, study, ofSeries, series, ofInstances] =
    /^\/studies(?:\/([\d.]+)(?:(\/series)(?:\/([\d.]+)(\/instances))?))?$/.exec(path) ?? [];
  if (!path.startsWith('/studies')) return null;
  if (path !== '/studies' && study === undefined) return null;
  const level = ofInstances === undefined ? (ofSeries === undefined ? 'study' : 'series') : 'instance';
  const within = held.filter(
    (object) => (study ?? object.study) === object.study && (series ?? object.series) === object.series,
  );
  const rows = [...Map.groupBy(within, (object) => object[level]).values()]
    .filter((objects) => matches(objects, asked))
    .map((objects) => rowOf(objects, level, asked.getAll('includefield'), countsAreOffBy));
  const offset = Number(asked.get('offset') ?? 0);
  return rows.slice(offset, offset + Number(asked.get('limit') ?? rows.length));
}

function matches(objects: readonly HeldObject[], asked: URLSearchParams): boolean {
  const [from, to] = (asked.get('StudyDate') ?? '').split('-');
  const date = textValue(objects[0]!.json, '00080020') ?? '';
  const modalities = objects.map(({ json }) => textValue(json, '00080060'));
  return (
    (asked.get('StudyInstanceUID') ?? objects[0]!.study) === objects[0]!.study &&
    (!asked.has('ModalitiesInStudy') || modalities.includes(asked.get('ModalitiesInStudy'))) &&
    (!from || date >= from) &&
    (!to || date <= to)
  );
}

function rowOf(
  objects: readonly HeldObject[],
  level: keyof typeof TOLD,
  included: readonly string[],
  offBy: number,
): DicomJson {
  const { json } = objects[0]!;
  const told = [...TOLD[level], ...included].flatMap((tag) =>
    json[tag] === undefined ? [] : [[tag, json[tag]]],
  );
  const count = { vr: 'IS', Value: [objects.length + offBy] };
  const modalities = [...new Set(objects.map((object) => textValue(object.json, '00080060') ?? ''))];
  return {
    ...Object.fromEntries(told),
    ...(level === 'study' && { '00201208': count, '00080061': { vr: 'CS', Value: modalities } }),
    ...(level === 'series' && { '00201209': count }),
  };
}
