import { ArchiveError } from '../archive.ts';

/** The body ended before its end: another try may bring all of it. */
export function truncated(call: string): ArchiveError {
  return new ArchiveError(`${call}: the multipart response ended before its closing boundary`, {
    retryable: true,
  });
}

/** A part of more bytes than are taken. */
export function partTooLarge(call: string, maxPartBytes: number): ArchiveError {
  return new ArchiveError(`${call}: a part exceeds ${maxPartBytes} bytes`, {
    retryable: false,
    tooLarge: true,
  });
}
