import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readIntent } from '../../src/faults/intent-file.js';
import { build, roundTrip } from '../faults/proxied-peer.js';
import { ENGINES, type EngineName, type RealToxiproxy, startRealToxiproxy } from '../faults/real-toxiproxy.js';
import { swallowingUpstream } from '../faults/swallowing-upstream.js';
import { freePort } from '../fixtures/ports.js';
import { lacking } from '../requirement.js';
import { callJson } from '../toxiproxy/api-client.js';
import { bin, miniServer, root, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

// However a run ends, no fault of it stays: off within a second in an engine of our own, within five in a real Toxiproxy.

const LIMIT_MS: Readonly<Record<EngineName, number>> = { embedded: 1000, real: 5000 };

let real: RealToxiproxy | undefined;
beforeAll(async () => {
  build();
  if (!lacking('toxiproxy')) real = await startRealToxiproxy();
}, 60_000);
afterAll(() => real?.stop());

async function echo(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}

interface Broken {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | string; readonly stderr: string }>;
  readonly listen: number;
  readonly out: string;
}

/** A preload that lets a signal make the tool fail as a bug would: an error that nobody catches, at any moment. */
function bugOnSignal(): string {
  const path = join(temporaryFolder(), 'bug.mjs');
  writeFileSync(
    path,
    `import { isMainThread } from 'node:worker_threads';
     if (isMainThread) process.on('SIGUSR2', () => setImmediate(() => { throw new Error('a bug'); }));`,
  );
  return path;
}

/** A run whose one fault is in force, in a process group of its own. */
async function brokenRun(
  engine: EngineName,
  options: { readonly inject?: string; readonly upstream?: string; readonly more?: object; readonly url?: string } = {},
): Promise<Broken> {
  const listen = await freePort();
  const out = join(temporaryFolder(), 'run');
  const upstream = options.upstream ?? (await echo());
  const scenario = scenarioFile({
    url: `http://127.0.0.1:${await miniServer('--asks', String(listen))}/mcp`,
    rate: '20/s',
    for: '60s',
    load: { timeout: '500ms', drain: '1s' },
    more: {
      dependencies: { backend: { listen: `127.0.0.1:${listen}`, upstream, tools: ['echo'] } },
      faults: [{ dependency: 'backend', inject: options.inject ?? 'black-hole', at: '300ms', for: '50s' }],
      ...options.more,
    },
  });
  const toxiproxy = engine === 'embedded' ? 'embedded' : (options.url ?? (real as RealToxiproxy).url);
  const args = ['--import', bugOnSignal(), bin, 'run', scenario, '--out', out, '--toxiproxy', toxiproxy, '--wait-quiet', '0'];
  const child = spawn(process.execPath, args, { cwd: root, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<{ code: number | string; stderr: string }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 'gone', stderr }));
  });
  // In force by what a client of the dependency sees, and by the journal: on a machine that stands still for a moment anything hangs.
  const inForce = options.inject === 'refused' ? 'ECONNREFUSED' : 'hung';
  let served = false;
  for (let tries = 0; ; tries++) {
    const end = await roundTrip(listen, 200);
    served ||= typeof end === 'number';
    if (served && end === inForce && tellsOfAFault(out)) break;
    if (tries > 400 || child.exitCode !== null) throw new Error(`no fault was put in force: ${stderr}`);
    await wait(20);
  }
  return { child, ended, listen, out };
}

function tellsOfAFault(out: string): boolean {
  try {
    return /"type":"fault".*"what":"on"/.test(readFileSync(join(out, 'journal.ndjson'), 'utf8'));
  } catch {
    return false;
  }
}

/** Milliseconds until the path works again, or is gone with the engine that it belonged to. */
async function healed(engine: EngineName, { listen, out }: Broken): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const end = await roundTrip(listen, 150);
    const proxies = engine === 'real' ? await callJson<object>((real as RealToxiproxy).url, 'GET', '/proxies') : {};
    const off = engine === 'real' ? Object.keys(proxies).length === 0 : typeof end === 'number' || end === 'ECONNREFUSED';
    const tookMs = performance.now() - startMs;
    if (off) return tookMs;
    if (tookMs > 20_000) throw new Error(`after ${Math.round(tookMs)} ms: ${end}, ${JSON.stringify(proxies)}, ${out}`);
    await wait(10);
  }
}

const record = async (out: string): Promise<boolean> => {
  for (let tries = 0; tries < 60; tries++) {
    const { clean } = readIntent(join(out, 'faults.json'));
    if (clean) return true;
    await wait(50);
  }
  return false;
};

const engines = ENGINES.filter((engine) => engine === 'embedded' || !lacking('toxiproxy'));

describe.skipIf(lacking('linux'))('no fault is left', () => {
  const ways: readonly (readonly [string, (broken: Broken) => void, number | string])[] = [
    ['Ctrl-C', ({ child }) => void process.kill(-(child.pid as number), 'SIGINT'), 130],
    ['SIGTERM', ({ child }) => void child.kill('SIGTERM'), 143],
    ['SIGKILL', ({ child }) => void child.kill('SIGKILL'), 'SIGKILL'],
    ['SIGKILL of its process group', ({ child }) => void process.kill(-(child.pid as number), 'SIGKILL'), 'SIGKILL'],
    ['an error that nobody catches', ({ child }) => void child.kill('SIGUSR2'), 1],
  ];

  it.each(ways)(
    'after %s, on either engine',
    async (_, stop, code) => {
      await Promise.all(
        engines.map(async (engine) => {
          const broken = await brokenRun(engine);
          stop(broken);
          // The path is asked every 150 ms while nothing comes back.
          expect(await healed(engine, broken), engine).toBeLessThan(LIMIT_MS[engine]);
          const ended = await broken.ended;
          expect(ended.code, ended.stderr).toBe(code);
          expect(await record(broken.out), engine).toBe(true);
        }),
      );
    },
    30_000,
  );

  it('after `abort`, on either engine', async () => {
    await Promise.all(
      engines.map(async (engine) => {
        const broken = await brokenRun(engine, { inject: 'refused', more: { abort: { errorRate: '50%', for: '1s' } } });
        const { code, stderr } = await broken.ended;
        const result = resultIn(broken.out);
        expectExitUnlessInDoubt(result, code, [3], stderr);
        expect(result.run.end).toBe('aborted');
        const [fault] = result.faults;
        const decidedS = result.run.notes.find((note) => note.code === 'aborted')?.atS ?? result.run.durationS;
        expect((fault?.removedAtS ?? Number.POSITIVE_INFINITY) - decidedS).toBeLessThan(LIMIT_MS[engine] / 1000);
        expect(await record(broken.out)).toBe(true);
      }),
    );
    if (real !== undefined) expect(await callJson(real.url, 'GET', '/proxies')).toEqual({});
  }, 30_000);

  it.skipIf(lacking('toxiproxy'))(
    'or it is told: a wedged Toxiproxy is exit 7, with what stayed and what helps',
    async () => {
      // One of its own: nothing can be had of it any more afterwards.
      const wedged = await startRealToxiproxy();
      onTestFinished(() => wedged.stop());
      const upstream = await swallowingUpstream();
      const broken = await brokenRun('real', { upstream: upstream.address, url: wedged.url });
      await upstream.swallow();
      void roundTrip(broken.listen, 3000);
      await wait(300);
      broken.child.kill('SIGINT');
      const { code, stderr } = await broken.ended;
      expect(code, stderr).toBe(7);
      expect(stderr).toMatch(/could not be cleaned up: .*backend.*is wedged/);
      const { verdict, run } = resultIn(broken.out);
      expect(verdict.exitCode).toBe(7);
      expect(run.notes.find((note) => note.code === 'fault-left')?.text).toMatch(
        /restart that Toxiproxy, or run `plimsoll faults clean`/,
      );
      expect(readIntent(join(broken.out, 'faults.json'))).toMatchObject({
        clean: false,
        proxies: [{ dependency: 'backend', name: expect.stringMatching(/^plimsoll-.+-backend$/), made: true }],
      });
    },
    60_000,
  );
});
