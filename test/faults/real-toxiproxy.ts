import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../fixtures/ports.js';
import { toxiproxyPath } from '../requirement.js';

/** Both engines, for tests that hold for either. */
export const ENGINES = ['embedded', 'real'] as const;
export type EngineName = (typeof ENGINES)[number];

/** A real Toxiproxy as a process of this test. */
export interface RealToxiproxy {
  readonly url: string;
  readonly child: ChildProcess;
  /** Idempotent. A wedged one is killed like any other. */
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** Starts a real Toxiproxy on a free port. For tests behind `lacking('toxiproxy')`. */
export async function startRealToxiproxy(): Promise<RealToxiproxy> {
  const port = await freePort();
  const child = spawn(toxiproxyPath() ?? 'toxiproxy-server', ['-host', '127.0.0.1', '-port', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'error' },
  });
  const url = `http://127.0.0.1:${port}`;
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const untilMs = performance.now() + START_MS;
  while (
    !(await fetch(`${url}/version`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      await stop();
      throw new Error(`the real Toxiproxy does not start (exit code ${child.exitCode})`);
    }
    await wait(20);
  }
  return { url, child, stop };
}
