import { readMultipart } from './multipart-reader.ts';

export const BOUNDARY = 'b0undary';
export const SETTINGS = { boundary: BOUNDARY, maxPartBytes: 1 << 20, call: 'retrieve series' };

/** What is read of a body that arrives in pieces, cut at these places. */
export async function* readInPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
  settings: Partial<Parameters<typeof readMultipart>[1]> = {},
): ReturnType<typeof readMultipart> {
  yield* readMultipart(inPieces(bytes, cuts), { ...SETTINGS, ...settings });
}

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

export interface Layout {
  readonly bodies: readonly Uint8Array[];
  readonly withLength: boolean;
  readonly preamble: string;
  readonly epilogue: string;
  readonly padding: string;
}

/** A body with a part for each of the bodies. */
export function encode({ bodies, withLength, preamble, epilogue, padding }: Layout): Buffer {
  const parts = bodies.flatMap((body) => [
    Buffer.from(`--${BOUNDARY}${padding}\r\nContent-Type: application/dicom\r\n`),
    Buffer.from(withLength ? `content-LENGTH: ${body.length}\r\n\r\n` : '\r\n'),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(preamble), ...parts, Buffer.from(`--${BOUNDARY}--${epilogue}`)]);
}

/** A layout without oddities, and without parts. */
export const plain: Layout = { bodies: [], withLength: false, preamble: '', epilogue: '\r\n', padding: '' };
