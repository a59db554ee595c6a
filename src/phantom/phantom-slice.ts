import type { Slice, SlicePlane, Volume } from '../volume/volume.ts';

/** A slice whose pixels can also be had at once: by a call, so that a copy of the slice renders nothing. */
export interface PhantomSlice extends Slice {
  rendered(): Float32Array;
  /** What each pixel's middle shows: labels (LABEL) of rows × columns pixels, row-major; not kept. */
  structures(): Uint8Array;
}

/** A volume of such slices. */
export interface PhantomVolume extends Volume {
  readonly slices: readonly PhantomSlice[];
}

/** A slice that is rendered when its pixels are first read, and kept then. */
export function lazySlice(
  plane: SlicePlane,
  image: Slice['image'],
  render: () => Float32Array,
  structures: () => Uint8Array,
): PhantomSlice {
  let kept: Float32Array | null = null;
  const rendered = () => {
    kept ??= render();
    return kept;
  };
  return {
    plane,
    image,
    rendered,
    structures,
    pixels: () => Promise.resolve(rendered()),
  };
}
