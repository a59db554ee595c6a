import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';

/** VRs whose length field has 32 bits (PS3.5 7.1.2), of those written here. */
const LONG_VRS = new Set(['SQ', 'UT']);
const ITEM_TAG = 0xfffe_e000;
const FIRST_CAPACITY = 256 * 1024;

/**
 * Encodes a data set, without file meta information, in Explicit VR Little Endian with explicit lengths throughout
 * (PS3.5 7.1.2, 7.5.1). For content trees: dcmjs copies every element once for each sequence around it, and takes
 * many times as long. Text is written in UTF-8: the object's SpecificCharacterSet must be ISO_IR 192.
 * @throws TypeError naming tag and VR for any VR but SQ, FL, US, UL and text of characters.
 */
export function encodeDataSet(dataSet: DataSetToEncode): Uint8Array {
  const output = growingBuffer();
  writeDataSet(output, dataSet);
  return output.written();
}

type Output = ReturnType<typeof growingBuffer>;

/** Bytes that are appended to, zeros beyond them, in a buffer that doubles when it is full. */
function growingBuffer() {
  let bytes = Buffer.alloc(FIRST_CAPACITY);
  let end = 0;
  const makeRoom = (count: number): void => {
    if (end + count <= bytes.length) return;
    const larger = Buffer.alloc(Math.max(end + count, 2 * bytes.length));
    bytes.copy(larger, 0, 0, end);
    bytes = larger;
  };
  const putTag = (tag: number): void => {
    bytes[end] = (tag >>> 16) & 0xff;
    bytes[end + 1] = tag >>> 24;
    bytes[end + 2] = tag & 0xff;
    bytes[end + 3] = (tag >>> 8) & 0xff;
  };
  return {
    get size() {
      return end;
    },
    written: (): Uint8Array => new Uint8Array(bytes.subarray(0, end)),
    /** Tag, VR and a length of 16 bits, or of 32 after two reserved bytes: zero, until it is known. */
    element(tag: number, vr: string, isLong: boolean): void {
      makeRoom(12);
      putTag(tag);
      bytes[end + 4] = vr.charCodeAt(0);
      bytes[end + 5] = vr.charCodeAt(1);
      end += isLong ? 12 : 8;
    },
    /** Tag and a length of 32 bits: zero, until it is known. */
    item(): void {
      makeRoom(8);
      putTag(ITEM_TAG);
      end += 8;
    },
    uint8(value: number): void {
      makeRoom(1);
      bytes[end++] = value;
    },
    uint16(value: number): void {
      makeRoom(2);
      end = bytes.writeUInt16LE(value, end);
    },
    uint32(value: number): void {
      makeRoom(4);
      end = bytes.writeUInt32LE(value, end);
    },
    float32(value: number): void {
      makeRoom(4);
      end = bytes.writeFloatLE(value, end);
    },
    text(text: string): void {
      // UTF-8 has at most three bytes for a UTF-16 code unit.
      makeRoom(3 * text.length);
      end += bytes.write(text, end);
    },
    setUint16: (value: number, at: number) => void bytes.writeUInt16LE(value, at),
    setUint32: (value: number, at: number) => void bytes.writeUInt32LE(value, at),
  };
}

function writeDataSet(output: Output, dataSet: DataSetToEncode): void {
  for (const tag of Object.keys(dataSet).sort()) {
    const { vr, Value: values } = dataSet[tag]!;
    const isLong = LONG_VRS.has(vr);
    output.element(Number.parseInt(tag, 16), vr, isLong);
    const start = output.size;
    writeValues(output, tag, vr, values);
    const length = output.size - start;
    if (isLong) output.setUint32(length, start - 4);
    else if (length <= 0xffff) output.setUint16(length, start - 2);
    else throw new TypeError(`(${tag}) is too long for ${vr}`);
  }
}

function writeValues(output: Output, tag: string, vr: string, values: readonly unknown[]): void {
  if (vr === 'SQ') {
    for (const item of values as readonly DataSetToEncode[]) writeItem(output, item);
  } else if (vr === 'FL') {
    for (const value of values as readonly number[]) output.float32(value);
  } else if (vr === 'US') {
    for (const value of values as readonly number[]) output.uint16(value);
  } else if (vr === 'UL') {
    for (const value of values as readonly number[]) output.uint32(value);
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
  output.item();
  const start = output.size;
  writeDataSet(output, item);
  output.setUint32(output.size - start, start - 4);
}
