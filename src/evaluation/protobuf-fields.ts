interface Field {
  /** Of a varint; 0 of others. */
  readonly value: number;
  /** Of a length-delimited field; empty of others. */
  readonly bytes: Uint8Array;
}

/** The fields of a message that have the given number. */
export function* fields(message: Uint8Array, wanted: number): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at);
    at = tag.end;
    let field: Field = { value: 0, bytes: message.subarray(0, 0) };
    const wireType = tag.value & 7;
    if (wireType === 0 || wireType === 2) {
      const { value, end } = varint(message, at);
      at = wireType === 0 ? end : end + value;
      field = wireType === 0 ? { ...field, value } : { value: 0, bytes: message.subarray(end, at) };
    } else at += wireType === 1 ? 8 : 4;
    if (Math.floor(tag.value / 8) === wanted) yield field;
  }
}

/** The numbers of a packed repeated field of varints. */
export function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = varint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

/** Base-128 number, least significant group first; exact to 2^53. */
function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let at = start;
  for (let scale = 1; at < bytes.length; scale *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 127) * scale;
    if (byte < 128) break;
  }
  return { value, end: at };
}
