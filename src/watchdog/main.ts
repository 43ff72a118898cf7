import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stopProcess } from './stop-process.js';
import { stopStrays } from './strays.js';
import { FOLDER_PREFIX, type StopSignal, type WatchdogOrder } from './watchdog-order.js';

// The process of a watchdog: it listens to its standard input, and acts when that ends without a dismissal.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const groups = new Map<number, StopSignal>();
const processes = new Map<number, StopSignal>();
const marks = new Set<string>();
const folders = new Set<string>();

function obey(order: WatchdogOrder): void {
  if ('dismissed' in order) process.exit(0);
  const adding = 'guard' in order;
  const kind = adding ? order.guard : order.release;
  if (kind === 'folder') {
    const { path } = order as { readonly path: string };
    if (adding) folders.add(path);
    else folders.delete(path);
    return;
  }
  if (kind === 'marked') {
    const { mark } = order as { readonly mark: string };
    if (adding) marks.add(mark);
    else marks.delete(mark);
    return;
  }
  const { pid } = order as { readonly pid: number };
  // 0 and 1 address our own group and everything: never.
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  const guarded = kind === 'group' ? groups : processes;
  if (adding) guarded.set(pid, ('signal' in order ? order.signal : undefined) ?? 'SIGTERM');
  else guarded.delete(pid);
}

const isOurs = (path: string): boolean =>
  dirname(resolve(path)) === resolve(tmpdir()) && basename(path).startsWith(FOLDER_PREFIX);

/** As long as a group has. */
const STRAY_GRACE_MS = 2000;

async function act(): Promise<void> {
  await Promise.all([
    ...[...groups].map(([pid, first]) => stopProcess(pid, { group: true, first })),
    ...[...processes].map(([pid, first]) => stopProcess(pid, { first })),
  ]);
  await Promise.all([...marks].map((mark) => stopStrays(mark, STRAY_GRACE_MS)));
  for (const folder of folders) if (isOurs(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  try {
    obey(JSON.parse(line) as WatchdogOrder);
  } catch {
    // A torn last line: what it asked for was never acknowledged to anyone.
  }
});
lines.on('close', () => void act().finally(() => process.exit(0)));
