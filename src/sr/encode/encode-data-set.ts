import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';

/** VRs whose length field has 32 bits (PS3.5 7.1.2), of those written here. */
const LONG_VRS = new Set(['SQ', 'UT']);
const ITEM_TAG = 0xfffe_e000;
const FIRST_CAPACITY = 256 * 1024;

/**
 * Encodes a data set, without file meta information, in Explicit VR Little Endian with explicit lengths throughout
 * (PS3.5 7.1.2, 7.5.1). For content trees: dcmjs copies every element once for each sequence around it, and takes
 * many times as long. Text is written in UTF-8: the object's SpecificCharacterSet must be ISO_IR 192.
 * @throws TypeError naming tag and VR for any VR but SQ, FL and text of characters.
 */
export function encodeDataSet(dataSet: DataSetToEncode): Uint8Array {
  const output = growingBuffer();
  writeDataSet(output, dataSet);
  return output.written();
}

type Output = ReturnType<typeof growingBuffer>;

/** Bytes that are appended to, in a buffer that doubles when it is full. */
function growingBuffer() {
  let buffer = Buffer.alloc(FIRST_CAPACITY);
  let end = 0;
  /** `put` writes so many bytes at the end; it gets the buffer, for making room may have replaced it. */
  const append = (bytes: number, put: (buffer: Buffer, at: number) => void): void => {
    const start = end;
    end += bytes;
    if (end > buffer.length) {
      const larger = Buffer.alloc(Math.max(end, 2 * buffer.length));
      buffer.copy(larger, 0, 0, start);
      buffer = larger;
    }
    put(buffer, start);
  };
  return {
    get size() {
      return end;
    },
    written: (): Uint8Array => new Uint8Array(buffer.subarray(0, end)),
    uint8: (value: number) => append(1, (into, at) => into.writeUInt8(value, at)),
    uint16: (value: number) => append(2, (into, at) => into.writeUInt16LE(value, at)),
    uint32: (value: number) => append(4, (into, at) => into.writeUInt32LE(value, at)),
    float32: (value: number) => append(4, (into, at) => into.writeFloatLE(value, at)),
    text: (text: string) => append(Buffer.byteLength(text), (into, at) => into.write(text, at)),
    setUint16: (value: number, at: number) => void buffer.writeUInt16LE(value, at),
    setUint32: (value: number, at: number) => void buffer.writeUInt32LE(value, at),
  };
}

function writeDataSet(output: Output, dataSet: DataSetToEncode): void {
  for (const tag of Object.keys(dataSet).sort()) {
    const { vr, Value: values } = dataSet[tag]!;
    writeTag(output, Number.parseInt(tag, 16));
    output.text(vr);
    const isLong = LONG_VRS.has(vr);
    // The length, after two reserved bytes where it has 32 bits, is filled in once it is known.
    output.uint16(0);
    if (isLong) output.uint32(0);
    const start = output.size;
    writeValues(output, tag, vr, values);
    const length = output.size - start;
    if (isLong) output.setUint32(length, start - 4);
    else if (length <= 0xffff) output.setUint16(length, start - 2);
    else throw new TypeError(`(${tag}) is too long for ${vr}`);
  }
}

function writeTag(output: Output, tag: number): void {
  output.uint16(tag >>> 16);
  output.uint16(tag & 0xffff);
}

function writeValues(output: Output, tag: string, vr: string, values: readonly unknown[]): void {
  if (vr === 'SQ') {
    for (const item of values as readonly DataSetToEncode[]) writeItem(output, item);
  } else if (vr === 'FL') {
    for (const value of values as readonly number[]) output.float32(value);
  } else {
    if (!values.every((value) => typeof value === 'string')) {
      throw new TypeError(`(${tag}) holds ${vr}, which is not encoded here`);
    }
    const start = output.size;
    output.text(values.join('\\'));
    // PS3.5 6.2: UIDs are padded with NUL, other text with a space.
    if ((output.size - start) % 2 === 1) output.uint8(vr === 'UI' ? 0x00 : 0x20);
  }
}

/** An item of explicit length (PS3.5 7.5.1). */
function writeItem(output: Output, item: DataSetToEncode): void {
  writeTag(output, ITEM_TAG);
  output.uint32(0);
  const start = output.size;
  writeDataSet(output, item);
  output.setUint32(output.size - start, start - 4);
}
