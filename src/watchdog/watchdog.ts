import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WatchdogOrder } from './watchdog-order.js';

/**
 * A detached process at the other end of a pipe. When this process is gone, whatever killed it, the pipe closes, and the watchdog stops
 * what it guards and removes the folders it was given.
 */
export interface Watchdog {
  readonly pid: number;
  /** Stops the group of this leader (SIGTERM, 2 s, SIGKILL) when we are gone. */
  guardGroup(pid: number): void;
  guardProcess(pid: number): void;
  /** Removes a folder of ours below the system's temporary folder when we are gone. */
  guardFolder(path: string): void;
  release(what: { readonly group: number } | { readonly process: number } | { readonly folder: string }): void;
  /** Lets the watchdog end without doing anything. Idempotent. */
  dismiss(): void;
}

/** Starts a watchdog in a session of its own, so that neither Ctrl-C nor a kill of our process group reaches it. */
export function startWatchdog(): Watchdog {
  // The entry is compiled JavaScript even when this module runs from its TypeScript source, as it does under test.
  const entry = fileURLToPath(new URL('./main.js', import.meta.url)).replace(
    /([\\/])src([\\/]watchdog[\\/]main\.js)$/,
    '$1dist$2',
  );
  const child = spawn(process.execPath, [entry], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  const { stdin } = child;
  if (child.pid === undefined || stdin === null) throw new Error('the watchdog could not be started');
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
    guardGroup: (pid) => tell({ guard: 'group', pid }),
    guardProcess: (pid) => tell({ guard: 'process', pid }),
    guardFolder: (path) => tell({ guard: 'folder', path }),
    release: (what) => {
      if ('group' in what) tell({ release: 'group', pid: what.group });
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
