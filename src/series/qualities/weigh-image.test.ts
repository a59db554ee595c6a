import { expect, test } from 'vitest';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { SMALL_IMAGE } from '../../dicom/image/image.fixture.ts';
import { headerFromJson } from '../../dicom/image/image-header.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { inWords } from '../../domain/remark.ts';
import { SERIES_ROLES } from '../../domain/series-role.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import type { PlacedHeader } from '../../volume/stack-geometry.ts';
import type { Slice } from '../../volume/volume.ts';
import { representativeHeaders, weighImages } from './weigh-image.ts';

/** The slices that would be looked at. */
function looked(slices: readonly Slice[]): readonly Slice[] {
  const placed = slices.map(({ plane }, index): PlacedHeader & { index: number } => ({
    ...headerFromJson(SMALL_IMAGE),
    imagePositionMm: plane.originMm,
    rowDirection: plane.rowDirection,
    columnDirection: plane.columnDirection,
    pixelSpacingMm: [plane.rowSpacingMm, plane.columnSpacingMm],
    index,
  }));
  return representativeHeaders(placed).map(({ index }) => slices[index]!);
}

// Other protocols and patients than any other test's.
test.each([801, 802, 803, 804])(
  'phantom %i: T1, T2 and STIR are told by their pixels',
  async (seed) => {
    const family = seed % 2 === 0 ? 'train' : 'held-out';
    const stir = phantomStudy(seed, { family, stir: true, omit: ['sagittal-t1', 'axial-t2'] });
    const study = phantomStudy(seed, { family, stir: false });
    for (const role of SERIES_ROLES) {
      const plane = role === 'axial-t2' ? 'axial' : 'sagittal';
      const { weighting, evidence } = await weighImages(plane, looked(study.volumes[role]!.slices));
      expect(weighting, `${role}: ${inWords(evidence)}`).toBe(role === 'sagittal-t1' ? 'T1' : 'T2');
      expect(inWords(evidence)).toMatch(/\d\.\d times as bright as muscle/);
    }
    const suppressed = await weighImages('sagittal', looked(stir.volumes['sagittal-t2']!.slices));
    expect(suppressed, inWords(suppressed.evidence)).toMatchObject({ weighting: 'T2', fatSuppressed: true });
  },
  120_000,
);

test('images of nothing tell nothing', async () => {
  const plane = {
    originMm: [0, 0, 0] as const,
    rowDirection: [0, 1, 0] as const,
    columnDirection: [0, 0, -1] as const,
    rowSpacingMm: 1,
    columnSpacingMm: 1,
    rows: 200,
    columns: 200,
  };
  const image: ImageReference = {
    sopClassUid: '1',
    sopInstanceUid: deterministicUid('image'),
    seriesInstanceUid: deterministicUid('series'),
    frameOfReferenceUid: null,
    frameNumber: null,
  };
  for (const value of [0, 500]) {
    const pixels = async () => new Float32Array(200 * 200).fill(value);
    const slices = Array.from({ length: 7 }, () => ({ plane, image, pixels }));
    for (const kind of ['sagittal', 'axial'] as const) {
      expect((await weighImages(kind, slices)).weighting).toBeNull();
    }
  }
});
