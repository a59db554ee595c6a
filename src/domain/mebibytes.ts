const MIB = 1024 ** 2;

/** A number of bytes in MiB, for people. */
export function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;
}
