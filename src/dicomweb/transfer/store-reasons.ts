/** WarningReason values of PS3.18 table I.2-2. */
export function warningInWords(code: number): string {
  const hex = hexadecimal(code);
  if (code === 0xb000) return `${hex} coercion of data elements`;
  if (code === 0xb006) return `${hex} elements discarded`;
  if (code === 0xb007) return `${hex} data set does not match SOP Class`;
  return hex;
}

/** FailureReason values of PS3.18 table I.2-2 and PS3.4 table B.2-1; ranges by their leading digits. */
export function failureInWords(code: number): string {
  const hex = hexadecimal(code);
  if (code === 0x0110) return `${hex} processing failure`;
  if (code === 0x0111) return `${hex} duplicate SOP Instance`;
  if (code === 0x0122) return `${hex} SOP Class not supported`;
  if (code === 0x0124) return `${hex} not authorized`;
  if (code === 0x0117) return `${hex} invalid SOP Instance UID`;
  if (code === 0xc122) return `${hex} transfer syntax not supported`;
  if (isOutOfResources(code)) return `${hex} out of resources`;
  if (code >> 8 === 0xa9) return `${hex} data set does not match SOP Class`;
  if (code >> 12 === 0xc) return `${hex} cannot understand`;
  return hex;
}

/** FailureReason A7xxH: another time there may be room. */
export function isOutOfResources(code: number): boolean {
  return code >> 8 === 0xa7;
}

function hexadecimal(code: number): string {
  return `${code.toString(16).toUpperCase().padStart(4, '0')}H`;
}
