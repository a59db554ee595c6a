import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headerFromJson } from '../../dicom/image/image-header.ts';
import { headerJson, parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { phantomStudy } from '../phantom-study.ts';
import { phantomDicom } from './phantom-dicom.ts';

const WHEN = { studyDate: '20240131', studyTime: '101500' };
const folder = mkdtempSync(join(tmpdir(), 'phantom-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A study whose slices are small: the first two of each series, 64 × 64 pixels. */
function smallStudy(seed: number) {
  const study = phantomStudy(seed, {
    family: 'train',
    window: (_role, plane) => ({ ...plane, rows: 64, columns: 64 }),
  });
  const volumes = Object.fromEntries(
    Object.entries(study.volumes).map(([role, volume]) => [
      role,
      { ...volume, slices: volume.slices.slice(0, 2) },
    ]),
  );
  return { ...study, volumes };
}

describe('phantomDicom', () => {
  it('writes the same bytes for the same seed', () => {
    expect(phantomDicom(smallStudy(9), WHEN)).toEqual(phantomDicom(smallStudy(9), WHEN));
  });

  it('writes objects in which dciodvfy finds no error', () => {
    for (const { role, bytes, instanceNumber } of phantomDicom(smallStudy(10), WHEN)) {
      if (instanceNumber > 1) continue;
      const file = join(folder, `${role}.dcm`);
      writeFileSync(file, bytes);
      // Exits with 1 on an error.
      const report = execFileSync('sh', ['-c', 'dciodvfy -new "$1" 2>&1', 'sh', file], { encoding: 'utf8' });
      expect(report).toContain('MRImage');
      expect(report).not.toContain('Error');
    }
  });

  it('repeats plane and identifiers in the header', () => {
    const study = smallStudy(11);
    for (const instance of phantomDicom(study, WHEN)) {
      const header = headerFromJson(headerJson(parsePart10(Buffer.from(instance.bytes))));
      const slice = study.volumes[instance.role]!.slices[instance.instanceNumber - 1]!;
      expect(header.studyInstanceUid).toBe(study.studyInstanceUid);
      expect(header.sopInstanceUid).toBe(slice.image.sopInstanceUid);
      expect(header.rows).toBe(64);
    }
  });
});
