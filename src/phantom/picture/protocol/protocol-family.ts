/**
 * 'train', 'validation' and 'held-out' share no matrix and no slice thickness; 'demo' is one ordinary fixed protocol of
 * 80 images.
 */
export const PROTOCOL_FAMILIES = ['demo', 'train', 'validation', 'held-out'] as const;
export type ProtocolFamily = (typeof PROTOCOL_FAMILIES)[number];

/** What a family's protocols are drawn from: matrices and thicknesses one of, the others between two bounds. */
export interface Ranges {
  readonly matrices: readonly number[];
  readonly thicknessesMm: readonly number[];
  readonly gapMm: readonly [number, number];
  readonly sagittalSlices: readonly [number, number];
  readonly sagittalFovMm: readonly [number, number];
  readonly axialFovMm: readonly [number, number];
}

/** The ranges of each family. */
export const RANGES: Readonly<Record<ProtocolFamily, Ranges>> = {
  train: {
    matrices: [256, 288, 320, 384, 448, 512],
    thicknessesMm: [3.5, 4, 5],
    gapMm: [0.3, 1],
    sagittalSlices: [11, 19],
    sagittalFovMm: [230, 320],
    axialFovMm: [160, 230],
  },
  validation: {
    matrices: [272, 336, 400, 464],
    thicknessesMm: [3.6, 4.2, 4.6],
    gapMm: [0.3, 1],
    sagittalSlices: [11, 19],
    sagittalFovMm: [230, 330],
    axialFovMm: [165, 235],
  },
  'held-out': {
    matrices: [304, 352, 416, 480],
    thicknessesMm: [3.8, 4.4, 4.8],
    gapMm: [0.25, 1.1],
    sagittalSlices: [12, 18],
    sagittalFovMm: [240, 340],
    axialFovMm: [170, 240],
  },
  demo: {
    matrices: [320],
    thicknessesMm: [4],
    gapMm: [0.4, 0.4],
    sagittalSlices: [18, 18],
    sagittalFovMm: [280, 280],
    axialFovMm: [190, 190],
  },
};
