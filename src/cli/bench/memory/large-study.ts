import { deterministicUid } from '../../../dicom/deterministic-uid.ts';
import type { SopInstanceUid } from '../../../domain/uid.ts';
import { phantomDicom } from '../../../phantom/dicom/phantom-dicom.ts';
import type { PhantomSlice, PhantomVolume } from '../../../phantom/phantom-slice.ts';
import { phantomStudy } from '../../../phantom/phantom-study.ts';

/** What a large study has. */
const [SIZE, AXIAL_SLICES_FOR_ONE] = [512, 4];

/** The demo's phantom with finer pixels and four axial slices for each of its own. */
export function largeStudy(seed: number) {
  const study = phantomStudy(seed, { family: 'demo', prevalence: 'balanced' });
  const volumes = Object.fromEntries(
    Object.entries(study.volumes).map(([role, volume]) => [
      role,
      { ...volume, slices: denser(volume, role === 'axial-t2' ? AXIAL_SLICES_FOR_ONE : 1) },
    ]),
  );
  return phantomDicom({ ...study, volumes }, { studyDate: '20240115', studyTime: '101112' });
}

/** Each slice as several, the spacing divided among them. */
function denser({ slices }: PhantomVolume, copies: number): PhantomSlice[] {
  return slices.flatMap((slice, i) => {
    const fine = finer(slice);
    const next = slices[i + 1] ?? slices[i - 1]!;
    return Array.from({ length: copies }, (_, copy): PhantomSlice => {
      const originMm = slice.plane.originMm.map(
        (mm, axis) =>
          mm + (copy / copies) * Math.sign(i + 1.5 - slices.length) * (mm - next.plane.originMm[axis]!),
      ) as [number, number, number];
      const sopInstanceUid = deterministicUid<SopInstanceUid>(
        'bench',
        slice.image.sopInstanceUid,
        String(copy),
      );
      const image = { ...slice.image, sopInstanceUid };
      return { ...fine, image, plane: { ...fine.plane, originMm } };
    });
  });
}

function finer({ plane, image, rendered, structures }: PhantomSlice): PhantomSlice {
  const coarse = rendered();
  const at = (i: number) => {
    const row = Math.floor((Math.floor(i / SIZE) * plane.rows) / SIZE);
    return row * plane.columns + Math.floor(((i % SIZE) * plane.columns) / SIZE);
  };
  const pixels = Float32Array.from({ length: SIZE * SIZE }, (_, i) => coarse[at(i)]!);
  const rowSpacingMm = (plane.rowSpacingMm * plane.rows) / SIZE;
  const columnSpacingMm = (plane.columnSpacingMm * plane.columns) / SIZE;
  return {
    plane: { ...plane, rows: SIZE, columns: SIZE, rowSpacingMm, columnSpacingMm },
    image,
    rendered: () => pixels,
    structures: () => {
      const labels = structures();
      return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => labels[at(i)]!);
    },
    pixels: async () => pixels,
  };
}
