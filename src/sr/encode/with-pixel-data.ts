/** Length of an element's tag, VR and length where that has 32 bits (PS3.5 7.1.2). */
const ELEMENT_HEADER = 12;

/**
 * The object with Pixel Data as its last element, (7FE0,0010) OB, padded to an even length: dcmjs would copy the millions
 * of samples several times.
 */
export function withPixelData(object: Uint8Array, samples: Uint8Array): Uint8Array {
  const padded = samples.length + (samples.length % 2);
  const whole = Buffer.alloc(object.length + ELEMENT_HEADER + padded);
  whole.set(object);
  whole.writeUInt16LE(0x7fe0, object.length);
  whole.writeUInt16LE(0x0010, object.length + 2);
  whole.write('OB', object.length + 4, 'latin1');
  whole.writeUInt32LE(padded, object.length + 8);
  whole.set(samples, object.length + ELEMENT_HEADER);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
}
