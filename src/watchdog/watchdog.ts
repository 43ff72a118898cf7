import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { StopSignal, WatchdogOrder } from './watchdog-order.js';

/**
 * A detached process at the other end of a pipe. When this process is gone, whatever killed it, the pipe closes, and the watchdog stops
 * what it guards and removes the folders it was given.
 */
export interface Watchdog {
  readonly pid: number;
  /** Stops the group of this leader (`signal`, by default SIGTERM; 2 s; SIGKILL) when we are gone. */
  guardGroup(pid: number, signal?: StopSignal): void;
  guardProcess(pid: number): void;
  /** Stops all processes that carry this mark in their environment when we are gone. */
  guardMarked(mark: string): void;
  /** Removes a folder of ours below the system's temporary folder when we are gone. */
  guardFolder(path: string): void;
  release(
    what: { readonly group: number } | { readonly process: number } | { readonly marked: string } | { readonly folder: string },
  ): void;
  /** Lets the watchdog end without doing anything. Idempotent. */
  dismiss(): void;
}

/**
 * Starts a watchdog in a session of its own, so that neither Ctrl-C nor a kill of our process group reaches it.
 * @throws PlimsollError with exit code 8 when it cannot be started.
 */
export function startWatchdog(): Watchdog {
  // The entry is compiled JavaScript even when this module runs from its TypeScript source, as it does under test.
  const entry = fileURLToPath(new URL('./main.js', import.meta.url)).replace(
    /([\\/])src([\\/]watchdog[\\/]main\.js)$/,
    '$1dist$2',
  );
  const child = spawn(process.execPath, [entry], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  let cause: Error | undefined;
  child.on('error', (error) => {
    cause = error;
  });
  const { stdin } = child;
  if (child.pid === undefined || stdin === null) {
    throw new PlimsollError('the process that stops the server should plimsoll be killed cannot be started', 'machine', {
      hint: 'is this machine out of processes or descriptors (ulimit -u, ulimit -n)?',
      cause,
    });
  }
  child.unref();
  (stdin as unknown as { unref?: () => void }).unref?.();
  // A watchdog that was killed must not take the run down with it.
  stdin.on('error', () => {});
  let dismissed = false;
  const tell = (order: WatchdogOrder): void => {
    if (!dismissed) stdin.write(`${JSON.stringify(order)}\n`);
  };
  return {
    pid: child.pid,
    guardGroup: (pid, signal) => tell({ guard: 'group', pid, ...(signal === undefined ? {} : { signal }) }),
    guardProcess: (pid) => tell({ guard: 'process', pid }),
    guardMarked: (mark) => tell({ guard: 'marked', mark }),
    guardFolder: (path) => tell({ guard: 'folder', path }),
    release: (what) => {
      if ('group' in what) tell({ release: 'group', pid: what.group });
      else if ('marked' in what) tell({ release: 'marked', mark: what.marked });
      else if ('process' in what) tell({ release: 'process', pid: what.process });
      else tell({ release: 'folder', path: what.folder });
    },
    dismiss: () => {
      tell({ dismissed: true });
      dismissed = true;
      stdin.end();
    },
  };
}
