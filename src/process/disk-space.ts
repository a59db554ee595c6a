import { statfs } from 'node:fs/promises';

/** Of the disk under a folder: its size, and what this user may still write. */
export async function diskSpace(
  folder: string,
): Promise<{ readonly freeBytes: number; readonly sizeBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
