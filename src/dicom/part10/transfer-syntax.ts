import { isUid } from '../../domain/uid.ts';

export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2';
const RLE_LOSSLESS = '1.2.840.10008.1.2.5';

/** How the pixels of a frame are written; null where there is no decoder. */
export type PixelCoding =
  | 'native'
  | 'native-big-endian'
  | 'rle'
  | 'jpeg-dct'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k';

/** PS3.6 annex A, table A-1: the transfer syntaxes an MR image may come in, and those it is known not to be read in. */
export const TRANSFER_SYNTAXES: Readonly<
  Record<string, readonly [name: string, coding: PixelCoding | null]>
> = {
  [IMPLICIT_VR_LITTLE_ENDIAN]: ['Implicit VR Little Endian', 'native'],
  [EXPLICIT_VR_LITTLE_ENDIAN]: ['Explicit VR Little Endian', 'native'],
  [DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN]: ['Deflated Explicit VR Little Endian', 'native'],
  [EXPLICIT_VR_BIG_ENDIAN]: ['Explicit VR Big Endian', 'native-big-endian'],
  [RLE_LOSSLESS]: ['RLE Lossless', 'rle'],
  '1.2.840.10008.1.2.1.98': ['Encapsulated Uncompressed Explicit VR Little Endian', null],
  '1.2.840.10008.1.2.8.1': ['Deflated Image Frame Compression', null],
  '1.2.840.10008.1.2.4.50': ['JPEG Baseline (Process 1)', 'jpeg-dct'],
  '1.2.840.10008.1.2.4.51': ['JPEG Extended (Process 2 & 4)', 'jpeg-dct'],
  '1.2.840.10008.1.2.4.53': ['JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8)', null],
  '1.2.840.10008.1.2.4.55': ['JPEG Full Progression, Non-Hierarchical (Process 10 & 12)', null],
  '1.2.840.10008.1.2.4.57': ['JPEG Lossless, Non-Hierarchical (Process 14)', 'jpeg-lossless'],
  '1.2.840.10008.1.2.4.70': ['JPEG Lossless, Non-Hierarchical, First-Order Prediction', 'jpeg-lossless'],
  '1.2.840.10008.1.2.4.80': ['JPEG-LS Lossless', 'jpeg-ls'],
  '1.2.840.10008.1.2.4.81': ['JPEG-LS Lossy (Near-Lossless)', 'jpeg-ls'],
  '1.2.840.10008.1.2.4.90': ['JPEG 2000 (Lossless Only)', 'jpeg-2000'],
  '1.2.840.10008.1.2.4.91': ['JPEG 2000', 'jpeg-2000'],
  '1.2.840.10008.1.2.4.92': ['JPEG 2000 Part 2 Multi-component (Lossless Only)', null],
  '1.2.840.10008.1.2.4.93': ['JPEG 2000 Part 2 Multi-component', null],
  '1.2.840.10008.1.2.4.94': ['JPIP Referenced', null],
  '1.2.840.10008.1.2.4.95': ['JPIP Referenced Deflate', null],
  '1.2.840.10008.1.2.4.110': ['JPEG XL Lossless', null],
  '1.2.840.10008.1.2.4.111': ['JPEG XL JPEG Recompression', null],
  '1.2.840.10008.1.2.4.112': ['JPEG XL', null],
  '1.2.840.10008.1.2.4.201': ['High-Throughput JPEG 2000 (Lossless Only)', 'htj2k'],
  '1.2.840.10008.1.2.4.202': ['High-Throughput JPEG 2000 with RPCL Options (Lossless Only)', 'htj2k'],
  '1.2.840.10008.1.2.4.203': ['High-Throughput JPEG 2000', 'htj2k'],
  '1.2.840.10008.1.2.4.204': ['JPIP HTJ2K Referenced', null],
  '1.2.840.10008.1.2.4.205': ['JPIP HTJ2K Referenced Deflate', null],
};

/** The transfer syntax in words for an error or a reason; its UID when it is none of the known ones. */
export function transferSyntaxName(uid: string): string {
  return (
    TRANSFER_SYNTAXES[uid]?.[0] ?? (isUid(uid) ? `transfer syntax ${uid}` : 'a malformed transfer syntax UID')
  );
}

/** How the pixels are written; null when they cannot be decoded here. */
export function pixelCoding(transferSyntaxUid: string): PixelCoding | null {
  return TRANSFER_SYNTAXES[transferSyntaxUid]?.[1] ?? null;
}

const ALWAYS_LOSSY = new Set(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.81']);
/** Images in these, too, may have been encoded without loss. */
const MAYBE_LOSSY = new Set(['1.2.840.10008.1.2.4.91', '1.2.840.10008.1.2.4.203']);

/** Whether decoded samples may lie a little beyond the range that was encoded. */
export function mayOvershoot(transferSyntaxUid: string): boolean {
  return isAlwaysLossy(transferSyntaxUid) || MAYBE_LOSSY.has(transferSyntaxUid);
}

/** Whether samples are not what they were before, whatever the image says. */
export function isAlwaysLossy(transferSyntaxUid: string): boolean {
  return ALWAYS_LOSSY.has(transferSyntaxUid);
}

/** Whether PixelData is a sequence of fragments (PS3.5 A.4). */
export function isEncapsulated(coding: PixelCoding): boolean {
  return coding !== 'native' && coding !== 'native-big-endian';
}
