import { readFile } from 'node:fs/promises';

/** Of the kernel's clock that /proc counts in (USER_HZ), on every Linux that Node runs on. */
const TICK_MS = 10;
/** In what follows the program's name, which may hold anything but ends with the last bracket (proc_pid_stat(5)). */
const [UTIME, STIME] = [11, 12];

/** The processor time that a process has taken so far, with all its threads; from /proc, Linux only. */
export async function processorMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
}
