import { readFile } from 'node:fs/promises';

/** What a process has resident now (VmRSS) or had at most (VmHWM), MB; from /proc, Linux only. */
export async function residentMegabytes(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc tells no ${field} of the service`);
  return Math.round((Number(kibibytes) * 1024) / 1e6);
}
