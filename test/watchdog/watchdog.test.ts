import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive, stopProcess } from '../../src/watchdog/stop-process.js';
import { startWatchdog } from '../../src/watchdog/watchdog.js';
import { FOLDER_PREFIX, type WatchdogOrder } from '../../src/watchdog/watchdog-order.js';

/** A group of two that ignores SIGTERM where it is told to. */
function group({ stubborn = false } = {}): { readonly pid: number; readonly child: ChildProcess } {
  const script = `${stubborn ? "process.on('SIGTERM', () => {});" : ''} setInterval(() => {}, 1000); process.stdout.write('up');`;
  const child = spawn('sh', ['-c', `"$0" -e "$1" & exec "$0" -e "$1"`, process.execPath, script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pid = child.pid as number;
  onTestFinished(() => stopProcess(pid, { group: true, graceMs: 0 }).then(() => {}));
  return { pid, child };
}

const up = ({ child }: { readonly child: ChildProcess }): Promise<void> =>
  new Promise((resolve) => {
    let words = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
      if (words === 'upup') resolve();
    });
  });

/** A parent of its own, that starts a watchdog over a group and a folder and then waits to be killed. */
async function parentOver(pid: number, folder: string): Promise<ChildProcess> {
  const entry = new URL('../../dist/watchdog/watchdog.js', import.meta.url).href;
  const script = `
    const { startWatchdog } = await import(${JSON.stringify(entry)});
    const watchdog = startWatchdog();
    watchdog.guardGroup(${pid});
    watchdog.guardFolder(${JSON.stringify(folder)});
    process.stdout.write('guarded');
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => parent.stdout.once('data', resolve));
  return parent;
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}watchdog-test-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a watchdog', () => {
  it('stops what it guards when its parent, with its whole group, is killed', async () => {
    const guarded = group();
    await up(guarded);
    const folder = temporary();
    const parent = await parentOver(guarded.pid, folder);
    process.kill(-(parent.pid as number), 'SIGKILL');
    await vi.waitFor(
      () => {
        expect(isAlive(guarded.pid, true)).toBe(false);
        expect(existsSync(folder)).toBe(false);
      },
      { timeout: 5000 },
    );
  });

  it('kills what ignores SIGTERM', async () => {
    const guarded = group({ stubborn: true });
    await up(guarded);
    const parent = await parentOver(guarded.pid, temporary());
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(guarded.pid, true)).toBe(false), { timeout: 8000 });
  }, 15_000);

  it('touches nothing once it is dismissed, and ends', async () => {
    const guarded = group();
    await up(guarded);
    const watchdog = startWatchdog();
    watchdog.guardGroup(guarded.pid);
    watchdog.dismiss();
    await vi.waitFor(() => expect(isAlive(watchdog.pid)).toBe(false), { timeout: 5000 });
    expect(isAlive(guarded.pid, true)).toBe(true);
  });

  it('lets go of what was released, and removes no folder that is not ours', async () => {
    const guarded = group();
    await up(guarded);
    const folder = temporary();
    const inner = join(folder, 'not-directly-below');
    mkdirSync(inner);
    const orders: WatchdogOrder[] = [
      { guard: 'group', pid: guarded.pid },
      { guard: 'folder', path: inner },
      { release: 'group', pid: guarded.pid },
    ];
    // Its input ends here without a dismissal, as it does with our death.
    const main = fileURLToPath(new URL('../../dist/watchdog/main.js', import.meta.url));
    spawnSync(process.execPath, [main], { input: orders.map((order) => `${JSON.stringify(order)}\n`).join('') });
    expect(isAlive(guarded.pid, true)).toBe(true);
    expect(existsSync(inner)).toBe(true);
  });
});
