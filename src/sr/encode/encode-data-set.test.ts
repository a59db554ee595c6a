import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { dcmtkJson, first, items } from '../../../test/support/dcmtk-json.ts';
import { encodePart10 } from '../../dicom/part10/encode-part10.ts';
import { reportToCompose } from '../report.fixture.ts';
import { contentItemDataSet } from '../tree/content-item-data-set.ts';
import { measurementReport } from '../tree/measurement-report.ts';
import { dataSet, tagOf } from './data-set.ts';
import { encodeDataSet } from './encode-data-set.ts';

const identity = dataSet({
  SpecificCharacterSet: 'ISO_IR 192',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.34',
  SOPInstanceUID: '1.2.3',
});
const explicitLengths = ['+e', '+te', '-g'];

/** The file as DCMTK writes it anew in Explicit VR Little Endian with explicit lengths. */
async function rewritten(file: Uint8Array): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'encode-data-set-'));
  try {
    await writeFile(join(folder, 'in.dcm'), file);
    await promisify(execFile)('dcmconv', [
      ...explicitLengths,
      join(folder, 'in.dcm'),
      join(folder, 'out.dcm'),
    ]);
    return await readFile(join(folder, 'out.dcm'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a content tree is, byte for byte, what DCMTK makes of the one dcmjs wrote', async () => {
  const content = contentItemDataSet(measurementReport(reportToCompose()));
  const theirs = await rewritten(encodePart10({ ...identity, ...content }));
  const ours = encodeDataSet(content);
  expect(ours.length).toBeGreaterThan(50_000);
  expect(theirs.subarray(-ours.length).equals(ours)).toBe(true);
});

test('text of odd length, beyond ASCII, of several values and of more than 256 KiB', async () => {
  const long = 'ä'.repeat(200_000);
  const encoded = encodeDataSet({
    [tagOf('CodeMeaning')]: { vr: 'LO', Value: ['Rückenmark', 'b'] },
    [tagOf('UID')]: { vr: 'UI', Value: ['1.2.3'] },
    [tagOf('TextValue')]: { vr: 'UT', Value: [long] },
    [tagOf('ContentSequence')]: { vr: 'SQ', Value: [{}, dataSet({ TextValue: 'é' })] },
  });
  const json = await dcmtkJson(Buffer.concat([encodePart10(identity), encoded]));
  expect(json[tagOf('CodeMeaning')]?.Value).toEqual(['Rückenmark', 'b']);
  expect(json[tagOf('UID')]?.Value).toEqual(['1.2.3']);
  expect(json[tagOf('TextValue')]?.Value?.[0] === long).toBe(true);
  const nested = items(json, tagOf('ContentSequence'));
  expect(nested.map((item) => first(item, tagOf('TextValue')))).toEqual([undefined, 'é']);
});

test('what it does not know how to write is refused, not written wrongly', () => {
  expect(() => encodeDataSet({ '00189073': { vr: 'FD', Value: [3] } })).toThrow(
    new TypeError('(00189073) holds FD, which is not encoded here'),
  );
  expect(() => encodeDataSet({ '00080104': { vr: 'LO', Value: ['x'.repeat(70_000)] } })).toThrow(
    new TypeError('(00080104) is too long for LO'),
  );
});
