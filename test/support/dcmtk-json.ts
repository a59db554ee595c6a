import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';
import { CODES } from '../../src/sr/tree/coded-concepts.ts';

/** The object as DCMTK reads it, for tests that must not trust the library that wrote it. */
export async function dcmtkJson(bytes: Uint8Array): Promise<DicomJson> {
  const folder = await mkdtemp(join(tmpdir(), 'dcmtk-json-'));
  try {
    const file = join(folder, 'object.dcm');
    await writeFile(file, bytes);
    const { stdout } = await promisify(execFile)('dcm2json', [file], { maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout) as DicomJson;
  } finally {
    await rm(folder, { recursive: true });
  }
}

// The content tree by tags alone.
export const items = (json: DicomJson, tag: string) => (json[tag]?.Value ?? []) as DicomJson[];
export const first = (json: DicomJson | undefined, tag: string) => json?.[tag]?.Value?.[0];
export const children = (json: DicomJson) => items(json, '0040A730');
export const conceptName = (json: DicomJson) => first(items(json, '0040A043')[0], '00080100');
export const codeValue = (json: DicomJson | undefined) =>
  json === undefined ? undefined : first(items(json, '0040A168')[0], '00080100');
export const named = (json: DicomJson, { value }: { value: string }) =>
  children(json).filter((child) => conceptName(child) === value);
export const ofType = (json: DicomJson, type: string) =>
  children(json).filter((child) => first(child, '0040A040') === type);
export const groupsOf = (document: DicomJson) =>
  named(named(document, CODES.imagingMeasurements)[0]!, CODES.measurementGroup);
export const commentsOf = (document: DicomJson) =>
  named(named(document, CODES.qualitativeEvaluations)[0]!, CODES.comment).map((item) =>
    first(item, '0040A160'),
  );

export function* codeSequences(json: DicomJson): Generator<DicomJson> {
  for (const { vr, Value = [] } of Object.values(json)) {
    if (vr !== 'SQ') continue;
    for (const item of Value as DicomJson[]) {
      if (item['00080100'] !== undefined) yield item;
      yield* codeSequences(item);
    }
  }
}

export const trackingUids = (json: DicomJson) =>
  groupsOf(json).map((group) => String(first(named(group, CODES.trackingUniqueIdentifier)[0], '0040A124')));
