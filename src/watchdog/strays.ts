import { readdir, readFile } from 'node:fs/promises';
import { stopProcess } from './stop-process.js';

/** Variable in which a process that we start, and all that it starts in turn, carries the mark of that start. */
export const MARK = 'PLIMSOLL_PROCESS';

/** Ids of the processes that carry a mark, whatever group or session they made for themselves. Linux; elsewhere none are found. */
export async function markedProcesses(mark: string): Promise<readonly number[]> {
  const wanted = `${MARK}=${mark}`;
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^[0-9]+$/.test(name))
      .map(async (name) => {
        // One that is gone, or that belongs to somebody else.
        const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
        return environment.split('\0').includes(wanted) ? [Number(name)] : [];
      }),
  );
  return found.flat();
}

/** Stops what has left the group of a process that we started, as `setsid` and daemons do. */
export async function stopStrays(mark: string, graceMs: number): Promise<void> {
  const pids = await markedProcesses(mark);
  await Promise.all(pids.map((pid) => stopProcess(pid, { graceMs })));
}
