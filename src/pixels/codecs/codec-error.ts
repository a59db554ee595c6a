/** A frame's bytes are not what its transfer syntax promises. The message says what is wrong with them, quoting none. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}
