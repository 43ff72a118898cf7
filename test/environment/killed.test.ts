import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stopProcess } from '../../src/watchdog/stop-process.js';
import { freePort, listens } from '../fixtures/ports.js';

const entry = new URL('../../dist/environment/open-environment.js', import.meta.url).href;
const loader = new URL('../../dist/scenario/reading/load-scenario.js', import.meta.url).href;

interface Parent {
  readonly child: ChildProcess;
  readonly ports: readonly number[];
  /** Temporary folder of all that it starts. */
  readonly folder: string;
  readonly opened: Promise<void>;
}

/** A process that opens an environment on the sample server with its PostgreSQL, and then holds it open. */
async function holdEnvironment(): Promise<Parent> {
  const ports = [await freePort(), await freePort()] as const;
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-killed-'));
  chmodSync(folder, 0o755);
  const scenario = join(folder, 'scenario.yaml');
  const ready = `http://127.0.0.1:${ports[0]}/health/ready`;
  const command = ['plimsoll', 'sample', '--port', String(ports[0]), '--postgres', String(ports[1])];
  writeFileSync(
    scenario,
    JSON.stringify({
      plimsoll: 1,
      name: 'killed',
      target: { url: `http://127.0.0.1:${ports[0]}/mcp`, server: { command, ready, readyTimeout: '60s' } },
      load: { phases: [{ name: 'steady', rate: '1/s', for: '1s' }] },
      calls: [{ tool: 'get_order', arguments: { id: 1001 } }],
    }),
  );
  const script = `
    const { openEnvironment } = await import(${JSON.stringify(entry)});
    const loading = await import(${JSON.stringify(loader)});
    const { scenario, redactor } = await loading.loadScenario(${JSON.stringify(scenario)}, { env: {} });
    await openEnvironment(scenario, { onStep: () => {}, redactor, signal: new AbortController().signal });
    process.stdout.write('opened');
    setInterval(() => {}, 1000);`;
  const parent = join(folder, 'parent.mjs');
  writeFileSync(parent, script);
  const child = spawn(process.execPath, [parent], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  onTestFinished(async () => {
    await stopProcess(child.pid as number, { group: true });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const opened = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('ended before the environment was open')));
  });
  opened.catch(() => {});
  return { child, ports, folder, opened };
}

async function expectNothingLeft({ ports, folder }: Parent, when: string): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const port of ports) expect(await listens(port), when).toBe(false);
      expect(readdirSync(folder), when).toEqual(['parent.mjs', 'scenario.yaml']);
    },
    { timeout: 20_000, interval: 100 },
  );
}

describe('an environment whose process is killed with its whole group', () => {
  it('leaves neither the server nor its database behind, and their ports are free', async () => {
    const parent = await holdEnvironment();
    await parent.opened;
    for (const port of parent.ports) expect(await listens(port)).toBe(true);
    process.kill(-(parent.child.pid as number), 'SIGKILL');
    await expectNothingLeft(parent, 'open');
  }, 90_000);

  it.each([1, 2])(
    'at a random moment while it opens, leaves nothing either (%i)',
    async () => {
      const parent = await holdEnvironment();
      // From when the database's folder is there: before that there is nothing to leave behind.
      await vi.waitFor(() => expect(readdirSync(parent.folder).length).toBeGreaterThan(2), { timeout: 30_000, interval: 5 });
      const afterMs = Math.random() * 3000;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      process.kill(-(parent.child.pid as number), 'SIGKILL');
      await expectNothingLeft(parent, `${afterMs} ms after the database's folder was made`);
    },
    90_000,
  );
});
