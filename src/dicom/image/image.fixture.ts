import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dcmjs, { type DcmjsElement } from 'dcmjs';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { SeriesInstanceUid } from '../../domain/uid.ts';
import type { CandidateSeries } from '../../series/candidate-series.ts';

import { type DataSetToEncode, encodePart10 } from '../part10/encode-part10.ts';
import { headerFromJson } from './image-header.ts';

export const element = (vr: string, ...Value: readonly unknown[]): DcmjsElement => ({ vr, Value });

/** A 5 × 4 image, 16 bits, values of index × 1000; sagittal, at x = 1. */
export const SMALL_IMAGE: DataSetToEncode = {
  '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'OTHER'),
  '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4'),
  '00080018': element('UI', '2.25.3'),
  '00080060': element('CS', 'MR'),
  '0020000D': element('UI', '2.25.1'),
  '0020000E': element('UI', '2.25.2'),
  '00200013': element('IS', '7'),
  '00200032': element('DS', '1', '-10', '20.5'),
  '00200037': element('DS', '0', '1', '0', '0', '0', '-1'),
  '00200052': element('UI', '2.25.9'),
  '00280002': element('US', 1),
  '00280004': element('CS', 'MONOCHROME2'),
  '00280010': element('US', 4),
  '00280011': element('US', 5),
  '00280030': element('DS', '2', '0.5'),
  '00280100': element('US', 16),
  '00280101': element('US', 16),
  '00280102': element('US', 15),
  '00280103': element('US', 0),
  '7FE00010': element('OW', Uint16Array.from({ length: 20 }, (_, index) => index * 1000).buffer),
};

/** SMALL_IMAGE with some attributes replaced, or left out where undefined. */
export function imageBytes(
  changes: Readonly<Record<string, DcmjsElement | undefined>> = {},
  transferSyntaxUid?: string,
): Uint8Array {
  const merged = Object.entries({ ...SMALL_IMAGE, ...changes });
  const present = merged.filter((entry): entry is [string, DcmjsElement] => entry[1] !== undefined);
  return encodePart10(Object.fromEntries(present), transferSyntaxUid);
}

/** An image as the RSNA 2024 challenge ships it: no SOP class, no modality, bare numbers for UIDs. */
export function rsnaImageBytes(image: {
  readonly study: string;
  readonly series: string;
  readonly instance: number;
  readonly description: string;
  readonly size: number;
  readonly positionMm: readonly number[];
  readonly orientation: readonly number[];
}): Uint8Array {
  const { study, series, instance, size } = image;
  const file = new dcmjs.data.DicomDict({
    '00020002': element('UI', '1.2.840.10008.5.1.4.1.1.4.1'),
    '00020003': element('UI', `${study}.1.${instance}`),
    '00020010': element('UI', '1.2.840.10008.1.2.1'),
  });
  const pixels = Uint16Array.from({ length: size * size }, (_, index) => (index * instance) % 4096);
  file.dict = {
    '00080018': element('UI', `${study}.1.${instance}`),
    '00080023': element('DA', '20240503'),
    '0008103E': element('LO', image.description),
    '00100020': element('LO', study),
    '00180050': element('DS', '4'),
    '00185100': element('CS', 'HFS'),
    '0020000D': element('UI', study),
    '0020000E': element('UI', `${study}.${series}`),
    '00200013': element('IS', String(instance)),
    '00200032': element('DS', ...image.positionMm.map(String)),
    '00200037': element('DS', ...image.orientation.map(String)),
    '00200052': element('UI', `2.25.${series}`),
    '00280002': element('US', 1),
    '00280004': element('CS', 'MONOCHROME2'),
    '00280010': element('US', size),
    '00280011': element('US', size),
    '00280030': element('DS', '1.2', '1.2'),
    '00280100': element('US', 16),
    '00280101': element('US', 12),
    '00280102': element('US', 11),
    '00280103': element('US', 0),
    '00281050': element('DS', '455'),
    '00281051': element('DS', '994'),
    '7FE00010': element('OW', pixels.buffer),
  };
  return new Uint8Array(file.write());
}

/** Runs one of dcmtk's converters (`dcmconv`, `dcmcrle` …) over an object in memory. */
export function convert(bytes: Uint8Array, command: string, ...args: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'convert-'));
  try {
    writeFileSync(join(folder, 'in.dcm'), bytes);
    execFileSync(command, [...args, join(folder, 'in.dcm'), join(folder, 'out.dcm')], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(join(folder, 'out.dcm')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ORIENTATIONS = {
  sagittal: [0, 1, 0, 0, 0, -1],
  coronal: [1, 0, 0, 0, 0, -1],
  axial: [1, 0, 0, 0, 1, 0],
};
export const T1_TIMES = { '00180081': element('DS', 9), '00180080': element('DS', 550) };
export const T2_TIMES = { '00180081': element('DS', 102), '00180080': element('DS', 3500) };

/** The usual series of one role or plane, 15 slices 4 mm apart, by its metadata; `attributes` replace its own. */
export function candidate(
  uid: string,
  kind: SeriesRole | keyof typeof ORIENTATIONS,
  attributes: Readonly<Record<string, DcmjsElement>> = {},
  { slices = 15, spacingMm = 4 } = {},
): CandidateSeries {
  const [plane, weighting] = kind.split('-') as [keyof typeof ORIENTATIONS, string?];
  const normalAxis = { sagittal: 0, coronal: 1, axial: 2 }[plane];
  const headers = Array.from({ length: slices }, (_, index) => {
    const position = [-100, -100, -100];
    position[normalAxis] = index * spacingMm;
    return headerFromJson({
      ...SMALL_IMAGE,
      '00080018': element('UI', `${uid}.${index + 1}`),
      '0020000E': element('UI', uid),
      '00200013': element('IS', index + 1),
      '00200032': element('DS', ...position),
      '00200037': element('DS', ...ORIENTATIONS[plane]),
      '00280010': element('US', 384),
      '00280011': element('US', 384),
      '00280030': element('DS', 0.7, 0.7),
      ...(weighting === 't1' ? T1_TIMES : weighting === 't2' ? T2_TIMES : {}),
      ...attributes,
    });
  });
  const seriesNumber = Number(uid.split('.').at(-1));
  return {
    seriesInstanceUid: uid as SeriesInstanceUid,
    seriesNumber,
    modality: 'MR',
    instanceCount: slices,
    headers,
  };
}
