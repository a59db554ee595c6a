import { mebibytes } from './mebibytes.ts';

/** Which limit of the configuration a study goes beyond (study-limits.ts). */
export type BeyondLimit =
  | { readonly of: 'images'; readonly count: number; readonly limit: number }
  | { readonly of: 'reading-time'; readonly limitMs: number }
  | BytesLimit
  | { readonly of: 'series-metadata' }
  | { readonly of: 'folder'; readonly bytes: number; readonly limitBytes: number }
  | { readonly of: 'memory'; readonly images: number; readonly bytes: number; readonly limitBytes: number };

/** Of all its images together, of all its metadata, or of one object alone. */
export interface BytesLimit {
  readonly of: 'bytes' | 'metadata' | 'object';
  readonly limitBytes: number;
}

/** Which limit, and by what figures. */
export function limitInWords(beyond: BeyondLimit): string {
  switch (beyond.of) {
    case 'images':
      return `${beyond.count} MR images are more than the limit of ${beyond.limit} a study`;
    case 'reading-time':
      return `reading the study took longer than the limit of ${beyond.limitMs} ms`;
    case 'bytes':
      return `its images hold more bytes than the limit of ${mebibytes(beyond.limitBytes)} a study`;
    case 'metadata':
      return `its metadata hold more than the limit of ${mebibytes(beyond.limitBytes)} a study`;
    case 'series-metadata':
      return 'the metadata of one of its series alone are larger than is read';
    case 'object':
      return `one of its objects alone is larger than the limit of ${mebibytes(beyond.limitBytes)} a study`;
    case 'folder':
      return `the folder holds ${mebibytes(beyond.bytes)}, more than the limit of ${mebibytes(beyond.limitBytes)} a study`;
    case 'memory':
      return `the ${beyond.images} images chosen need ${mebibytes(beyond.bytes)} of memory, more than the limit of ${mebibytes(beyond.limitBytes)}`;
  }
}
