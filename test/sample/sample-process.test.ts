import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stopProcess } from '../../src/watchdog/stop-process.js';
import { freePort, listens } from '../fixtures/ports.js';

const bin = fileURLToPath(new URL('../../bin/plimsoll.js', import.meta.url));

interface SampleProcess {
  readonly child: ChildProcess;
  readonly postgres: number;
  /** Everything it makes is below this one. */
  readonly folder: string;
  readonly ready: Promise<void>;
}

/** `plimsoll sample` with a database of its own, in a process group and a temporary folder of its own. */
async function startSample(): Promise<SampleProcess> {
  const postgres = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sample-test-'));
  // PostgreSQL runs as another user under root, and must pass it.
  chmodSync(folder, 0o755);
  const child = spawn(process.execPath, [bin, 'sample', '--port', '0', '--postgres', String(postgres)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  onTestFinished(async () => {
    await stopProcess(child.pid as number, { group: true });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => text.includes('ready') && resolve());
    child.once('exit', () => reject(new Error('ended before it was ready')));
  });
  ready.catch(() => {});
  return { child, postgres, folder, ready };
}

async function expectNothingLeft({ folder, postgres }: SampleProcess, when: string): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await listens(postgres), when).toBe(false);
      expect(readdirSync(folder), when).toEqual([]);
    },
    { timeout: 15_000, interval: 100 },
  );
}

describe('the sample as a process', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with its database when its whole group gets %s, as a terminal sends it',
    async (signal) => {
      const sample = await startSample();
      await sample.ready;
      expect(readdirSync(sample.folder)).toHaveLength(1);
      expect(await listens(sample.postgres)).toBe(true);
      const ended = new Promise((resolve) => sample.child.once('exit', resolve));
      process.kill(-(sample.child.pid as number), signal);
      expect(await ended).toBe(0);
      expect(await listens(sample.postgres)).toBe(false);
      expect(readdirSync(sample.folder)).toEqual([]);
    },
    60_000,
  );

  // From the moment its folder is there: while initdb works, while PostgreSQL starts, while the tables are filled, when all is up.
  it.each([0, 1, 2, 3])(
    'leaves nothing behind when it is killed at a random moment (%s)',
    async () => {
      const sample = await startSample();
      await vi.waitFor(() => expect(readdirSync(sample.folder)).not.toEqual([]), { timeout: 20_000, interval: 5 });
      const afterMs = Math.random() * 2000;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      process.kill(-(sample.child.pid as number), 'SIGKILL');
      await expectNothingLeft(sample, `killed ${afterMs} ms after its folder was made`);
    },
    60_000,
  );
});
