/** What a codec is told of the frame it decodes. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  /** 8 or 16: no sample may need more bits. */
  readonly bitsAllocated: number;
}

/** One decoded frame, row-major, before stored bits are cut out of it. */
export interface Samples {
  /** rows × columns; two's complement in 16 bits, where `signed`. */
  readonly values: Uint8Array | Uint16Array;
  /** Bits a sample has in the compressed stream; the cell's BitsAllocated where there is none. */
  readonly precision: number;
  /** Whether the compressed stream itself says that samples are signed; null where it cannot say. */
  readonly signed: boolean | null;
}
