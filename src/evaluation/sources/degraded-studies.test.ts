import { expect, test } from 'vitest';
import { patientToPixel, pixelToPatient } from '../../volume/plane-geometry.ts';
import { cropped, withoutRoles } from './degraded-studies.ts';
import { phantomSources } from './study-source.ts';

const SOURCES = phantomSources(41, 1, { artefacts: 0 });

async function volumesOf(sources: typeof SOURCES) {
  const study = await sources[0]!.open();
  if (study.kind !== 'labelled') throw new Error(`phantom is ${study.kind}`);
  return study.volumes;
}

test('a cropped slice shows the middle, every pixel where it was in the patient', async () => {
  const whole = (await volumesOf(SOURCES))['sagittal-t2']!.slices[8]!;
  const part = (await volumesOf(cropped(SOURCES, 0.6)))['sagittal-t2']!.slices[8]!;
  expect(part.plane.rows).toBe(Math.ceil(0.6 * whole.plane.rows));
  expect(part.plane.columns).toBe(Math.ceil(0.6 * whole.plane.columns));
  const [before, after] = [await whole.pixels(), await part.pixels()];
  expect(after.length).toBe(part.plane.rows * part.plane.columns);
  for (const [row, column] of [
    [0, 0],
    [17, 3],
    [part.plane.rows - 1, part.plane.columns - 1],
  ] as const) {
    const at = patientToPixel(whole.plane, pixelToPatient(part.plane, column, row));
    const place = Math.round(at.row) * whole.plane.columns + Math.round(at.column);
    expect(at.distanceMm).toBeCloseTo(0, 6);
    expect(after[row * part.plane.columns + column]).toBe(before[place]);
  }
});

test('roles set aside are gone, the others as they were', async () => {
  const volumes = await volumesOf(withoutRoles(SOURCES, ['axial-t2']));
  expect(Object.keys(volumes).sort()).toEqual(['sagittal-t1', 'sagittal-t2']);
});
