import { crc32 } from 'node:zlib';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Colour types (ISO/IEC 15948 11.2.2). */
const COLOUR_TYPES = { grey: 0, rgb: 2 } as const;

/**
 * A PNG (ISO/IEC 15948) of 8-bit samples.
 * @param packed its scanlines, each with its filter type before it, deflated.
 */
export function pngFile(
  of: { readonly width: number; readonly height: number; readonly colour: keyof typeof COLOUR_TYPES },
  packed: Uint8Array,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(of.width, 0);
  header.writeUInt32BE(of.height, 4);
  header.set([8, COLOUR_TYPES[of.colour], 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
