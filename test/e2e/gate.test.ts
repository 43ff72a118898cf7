import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineScenario, gate } from '../../src/index.js';
import type { GateFigures } from '../../src/result/gate-figures.js';
import type { Result } from '../../src/result/result.js';
import { freePort, listens } from '../fixtures/ports.js';
import { fixture, plimsoll, startPlimsoll, startServer, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';

const SERVER = fixture('mini-server.js');
const LONG_MS = 240_000;

/** A build that plimsoll starts on a port of its own. */
const burning = (...flags: readonly string[]) => ({
  url: 'http://127.0.0.1:{{ port }}/mcp',
  server: {
    command: [process.execPath, SERVER, '--port', '{{ port }}', ...flags],
    ready: 'http://127.0.0.1:{{ port }}/health',
  },
});

/** Writes a scenario of short pairs. What the server must keep is wide: it is the other build that is asked about. */
function gateFile(parts: {
  readonly target: unknown;
  readonly gate: Readonly<Record<string, unknown>>;
  readonly folder?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}): string {
  const path = join(parts.folder ?? temporaryFolder(), 'gate.yaml');
  const scenario = {
    plimsoll: 1,
    name: 'gated',
    target: parts.target,
    sessions: { count: 2 },
    load: { seed: 1, arrivals: 'constant', timeout: '5s', phases: [{ name: 'steady', rate: '20/s', for: '5s' }] },
    calls: [{ tool: 'echo', arguments: { message: 'hello {{ seq }}' } }],
    slo: { success: '0%', p95: '20s' },
    gate: {
      metrics: ['p50', 'success', 'cpu'],
      pairs: { warmUp: '1s', measure: '2s', block: '500ms', looks: [2] },
      budget: '5m',
      ...parts.gate,
    },
    ...parts.more,
  };
  writeFileSync(path, JSON.stringify(scenario, undefined, 2));
  return path;
}

interface Gated {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly result: Result;
  readonly gate: GateFigures;
  /** The run folder. */
  readonly out: string;
}

async function gated(file: string, ...flags: readonly string[]): Promise<Gated> {
  const out = join(temporaryFolder(), 'run');
  const ended = await plimsoll(['gate', file, '--out', out, ...flags]);
  if (!existsSync(join(out, 'result.json'))) throw new Error(`exit ${ended.code}, no result:\n${ended.stderr}`);
  const result = resultIn(out);
  return { ...ended, result, gate: result.gate as GateFigures, out };
}

/** How a gate ends that measures nothing. */
async function refused(file: string, ...flags: readonly string[]): Promise<Pick<Gated, 'code' | 'stderr'>> {
  const out = join(temporaryFolder(), 'run');
  const { code, stderr } = await plimsoll(['gate', file, '--out', out, ...flags]);
  expect(existsSync(join(out, 'result.json'))).toBe(false);
  return { code, stderr };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (holds()) return;
    await wait(50);
  }
  throw new Error(`never: ${what}`);
}

describe('plimsoll gate', () => {
  it(
    'compares a build with itself, and says what can be found on this machine',
    async () => {
      const file = gateFile({
        target: { url: 'http://127.0.0.1:9/mcp' },
        gate: {
          baseline: burning('--burn-us', '1000'),
          pairs: { warmUp: '1s', measure: '2s', block: '500ms', looks: [2, 3] },
        },
      });
      const { code, stdout, gate } = await gated(file, '--self');
      // 4 is what one self-check in a hundred may come to.
      expect([0, 4, 5]).toContain(code);
      expect(gate).toMatchObject({ self: true, mode: 'duet', looks: [3], sameProcesses: false });
      expect(gate.pairs).toHaveLength(3);
      expect(stdout).toContain('against itself; 3 pairs');
      for (const { name, pairSd } of gate.metrics) if (name !== 'success') expect(pairSd, name).toBeGreaterThan(0);
    },
    LONG_MS,
  );

  it(
    'confirms at the second look what is slower and needs more CPU: exit 4',
    async () => {
      const file = gateFile({
        target: burning('--burn-us', '9000', '--delay', '60'),
        gate: {
          baseline: burning('--burn-us', '1000'),
          pairs: { warmUp: '1s', measure: '4s', block: '500ms', looks: [3, 4, 5] },
        },
      });
      const { code, stdout, stderr, gate, result } = await gated(file);
      expect(code, stderr + stdout).toBe(4);
      expect(stderr).toMatch(/after 3 pairs: .*worse, more pairs to confirm it/);
      expect(stderr).toMatch(/after [45] pairs: worse/);
      const cpu = gate.metrics.find(({ name }) => name === 'cpu');
      expect(cpu).toMatchObject({ outcome: 'worse' });
      expect(cpu?.ratio).toBeGreaterThan(2);
      expect(result.verdict).toMatchObject({ outcome: 'fail', exitCode: 4 });
      // A port of its own for each build in each pair, and a process of its own.
      expect(gate.baseline).toContain('--port * --burn-us 1000');
      expect(gate.pairs.every(({ baseline, candidate }) => (baseline.startS ?? 0) > 0 && (candidate.startS ?? 0) > 0)).toBe(true);
    },
    LONG_MS,
  );

  it(
    'fails a changed tool list where it must not change, and else only tells it',
    async () => {
      const url = async (...flags: readonly string[]) => ({
        url: `http://127.0.0.1:${await startServer([process.execPath, SERVER, ...flags])}/mcp`,
      });
      const target = await url('--extra-tool', 'whisper');
      const baseline = await url();
      const metrics = ['p50', 'success'];
      const fails = await gated(gateFile({ target, gate: { baseline, metrics, contract: 'fail' } }));
      expect(fails.code, fails.stdout).toBe(4);
      expect(fails.stdout).toContain('1 tool of the candidate differs: whisper: is new');
      const warns = await gated(gateFile({ target, gate: { baseline, metrics, contract: 'warn' } }));
      expect(warns.stdout).toContain('1 tool of the candidate differs: whisper: is new');
      expect(warns.gate.contract).toMatchObject({ rule: 'warn', changes: [{ tool: 'whisper', what: 'added' }] });
      expect(warns.result.verdict.checks.find(({ metric }) => metric === 'contract')?.outcome).toBe('not-applicable');
      // Two servers that ran already: nobody started them anew.
      expect(warns.gate.sameProcesses).toBe(true);
      expect(warns.gate.pairs.every(({ baseline: { startS } }) => startS === undefined)).toBe(true);
    },
    LONG_MS,
  );

  it(
    'fails a candidate that dies where the baseline does not, in the blocks and in the warm-up',
    async () => {
      for (const [calls, when] of [
        [6, 'warm-up'],
        [18, 'blocks'],
      ] as const) {
        const file = gateFile({ target: burning('--die-after', String(calls)), gate: { baseline: burning() } });
        const { code, stdout, stderr, gate } = await gated(file);
        expect(code, stderr + stdout).toBe(4);
        expect(stdout).toMatch(/the candidate exited in \d of \d pairs?, the baseline in 0/);
        expect(gate.pairs.every(({ candidate }) => candidate.died !== undefined)).toBe(true);
        const discarded = gate.pairs.filter((pair) => pair.discarded === 'the candidate exited in the warm-up');
        expect(discarded.length > 0, `${when}: ${stderr}`).toBe(when === 'warm-up');
        expect(gate.mode).toBe('duet');
        expect(stderr).not.toContain('too slow');
      }
    },
    LONG_MS,
  );

  it(
    'says which build did not start: exit 5 for the baseline, 6 for the candidate',
    async () => {
      const broken = {
        url: 'http://127.0.0.1:{{ port }}/mcp',
        server: { command: [process.execPath, '-e', 'process.exit(7)'], ready: 'http://127.0.0.1:{{ port }}/health' },
      };
      const base = await refused(gateFile({ target: burning(), gate: { baseline: broken } }));
      expect(base.code, base.stderr).toBe(5);
      expect(base.stderr).toContain('the baseline cannot be loaded');
      const head = await refused(gateFile({ target: broken, gate: { baseline: burning() } }));
      expect(head.code, head.stderr).toBe(6);
      expect(head.stderr).toContain('the candidate cannot be loaded');
    },
    LONG_MS,
  );

  it('refuses before any start what cannot be judged or done: exit 2', async () => {
    const url = { url: 'http://127.0.0.1:9/mcp' };
    const blind = await refused(gateFile({ target: url, gate: { baseline: url } }));
    expect(blind.code, blind.stderr).toBe(2);
    expect(blind.stderr).toContain('cpu is judged, but plimsoll does not know the process of the baseline');
    const short = await refused(gateFile({ target: burning(), gate: { baseline: burning(), budget: '10s' } }));
    expect(short.code, short.stderr).toBe(2);
    expect(short.stderr).toMatch(/gate\.budget: found 0:10, accepted: at least 0:\d\d, for 2 pairs/);
    const valid = await plimsoll(['validate', gateFile({ target: burning(), gate: { baseline: burning() } })]);
    expect(valid.code, valid.stderr).toBe(0);
    expect(valid.stdout).toContain(
      'Gate\n  at most 5:00: 2 pairs of about 0:08 and the start of the servers\n  phase steady, both builds by turns',
    );
    const told = await plimsoll(['validate', gateFile({ target: burning(), gate: { baseline: burning(), budget: '10s' } })]);
    expect(told.code, told.stdout).toBe(2);
    const nothing = await refused(gateFile({ target: burning(), gate: {} }));
    expect(nothing.code, nothing.stderr).toBe(2);
    expect(nothing.stderr).toContain('nothing says what to compare with');
  });

  it(
    'measures builds that listen on one port one after the other, and says so before the load',
    async () => {
      const port = await freePort();
      const on = (...flags: readonly string[]) =>
        JSON.parse(JSON.stringify(burning(...flags)).replaceAll('{{ port }}', String(port)));
      const file = gateFile({
        target: on('--extra-tool', 'whisper'),
        gate: { baseline: on('--burn-us', '10'), metrics: ['p50', 'success'] },
      });
      const { stderr, gate } = await gated(file);
      const said = stderr.indexOf(`one build after the other, as both listen on 127.0.0.1:${port}`);
      expect(said, stderr).toBeGreaterThan(-1);
      expect(said).toBeLessThan(stderr.indexOf('starting'));
      expect(gate).toMatchObject({ mode: 'pairs', contract: { changes: [{ tool: 'whisper' }] } });
      expect(gate.pairs).toHaveLength(2);
      for (const { baseline, candidate } of gate.pairs)
        expect([baseline.calls, candidate.calls].every((calls) => calls > 5)).toBe(true);
      expect(await listens(port)).toBe(false);
    },
    LONG_MS,
  );

  it(
    'holds a fault on for both builds, behind proxies of their own',
    async () => {
      const dependency = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write('!')));
      await new Promise<void>((resolve) => dependency.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void dependency.close());
      const { port } = dependency.address() as { readonly port: number };
      const file = gateFile({
        target: burning('--asks', '{{ port.db }}'),
        gate: {
          baseline: burning('--asks', '{{ port.db }}', '--burn-us', '10'),
          under: 'slow-dependency@db',
          metrics: ['p50', 'success'],
        },
        more: { dependencies: { db: { listen: '127.0.0.1:{{ port.db }}', upstream: `127.0.0.1:${port}` } } },
      });
      const { stderr, gate } = await gated(file);
      expect(gate, stderr).toMatchObject({ under: 'slow-dependency@db' });
      for (const pair of gate.pairs)
        for (const { p50Us } of [pair.baseline, pair.candidate]) expect(p50Us).toBeGreaterThan(100_000);
    },
    LONG_MS,
  );
});

describe('a revision as a build', () => {
  const git = (folder: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { encoding: 'utf8' }).trim();

  /** A repository with a server and a scenario; the commit `base` burns little. */
  function repository(): { readonly folder: string; readonly file: string; worktrees(): readonly string[] } {
    const folder = join(temporaryFolder(), 'repo');
    mkdirSync(folder);
    git(folder, 'init', '--quiet', '--initial-branch', 'main');
    copyFileSync(SERVER, join(folder, 'server.mjs'));
    const file = gateFile({
      folder,
      target: {
        url: 'http://127.0.0.1:{{ port }}/mcp',
        server: { command: [process.execPath, 'server.mjs'], cwd: '.', ready: 'http://127.0.0.1:{{ port }}/health' },
      },
      gate: { baseline: { git: 'base' }, start: [process.execPath, 'server.mjs'], metrics: ['p50', 'success'] },
    });
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '-m', 'base');
    git(folder, 'tag', 'base');
    writeFileSync(join(folder, 'server.mjs'), `${readFileSync(SERVER, 'utf8')}\n// changed\n`);
    writeFileSync(join(folder, 'untracked.txt'), 'mine');
    const worktrees = (): readonly string[] => {
      const own = git(folder, 'worktree', 'list', '--porcelain')
        .split('\n')
        .flatMap((line) => (line.startsWith('worktree ') ? [line.slice('worktree '.length)] : []));
      return own.filter((path) => path !== folder && existsSync(path));
    };
    return { folder, file, worktrees };
  }

  it(
    'is checked out beside the working copy, which stays as it is, and goes away again',
    async () => {
      const { folder, file, worktrees } = repository();
      const before = git(folder, 'status', '--porcelain');
      const { code, stderr, gate } = await gated(file);
      expect([0, 5], stderr).toContain(code);
      expect(gate.baseline).toMatch(/^base \([0-9a-f]{7}\)$/);
      expect(gate.pairs).toHaveLength(2);
      expect(worktrees()).toEqual([]);
      expect(git(folder, 'status', '--porcelain')).toBe(before);
    },
    LONG_MS,
  );

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', 'SIGKILL'],
  ] as const)(
    'leaves nothing behind after %s in a pair',
    async (signal, code) => {
      const { folder, file, worktrees } = repository();
      const out = join(temporaryFolder(), 'run');
      const running = startPlimsoll(['gate', file, '--out', out, '--budget', '4m', '--set', 'gate.pairs.looks=[3]']);
      await running.says(/pair 1\/3/);
      expect(worktrees()).toHaveLength(1);
      running.child.kill(signal);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).toBe(code);
      const ports = [...ended.stderr.matchAll(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/g)].map(([, port]) => Number(port));
      expect(ports.length).toBeGreaterThanOrEqual(2);
      await until('the worktree is gone', () => worktrees().length === 0);
      for (const port of ports) expect(await listens(port)).toBe(false);
      expect(git(folder, 'status', '--porcelain')).toContain('untracked.txt');
      if (signal === 'SIGINT') expect(resultIn(out).gate?.pairs.length).toBeGreaterThanOrEqual(1);
    },
    LONG_MS,
  );

  it(
    'is taken away as ever when the candidate does not start for a later pair: the pairs before it are reported, exit 6',
    async () => {
      const { folder, file, worktrees } = repository();
      const starts = join(temporaryFolder(), 'starts');
      const count = `import * as files from 'node:fs';\nfiles.appendFileSync(${JSON.stringify(starts)}, 'x');\nif (files.readFileSync(${JSON.stringify(starts)}, 'utf8').length > 1) process.exit(7);\n`;
      writeFileSync(join(folder, 'server.mjs'), `${count}${readFileSync(SERVER, 'utf8')}`);
      const { code, stdout, stderr, result, gate, out } = await gated(file, '--set', 'gate.pairs.looks=[3]');
      expect(code, stderr).toBe(6);
      expect(stderr).toMatch(/error: pair 2: the candidate cannot be loaded: .*exited with code 7/);
      expect(gate.pairs).toHaveLength(1);
      expect(result).toMatchObject({ run: { end: 'build-lost' }, verdict: { outcome: 'fail', exitCode: 6 } });
      expect(stdout).toContain('exit code 6: the candidate cannot be loaded');
      for (const name of ['report.html', 'summary.md', 'junit.xml']) expect(readdirSync(out)).toContain(name);
      expect(worktrees()).toEqual([]);
      const ports = [...stderr.matchAll(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/g)].map(([, port]) => Number(port));
      expect(ports.length).toBeGreaterThanOrEqual(2);
      for (const port of ports) expect(await listens(port)).toBe(false);
    },
    LONG_MS,
  );

  it('that a shallow checkout lacks is named with what brings it: exit 5', async () => {
    const { folder } = repository();
    const shallow = join(temporaryFolder(), 'shallow');
    git(folder, 'commit', '--quiet', '-am', 'head');
    git(folder, 'tag', '-d', 'base');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${folder}`, shallow]);
    const { code, stderr } = await refused(join(shallow, 'gate.yaml'), '--baseline', 'git:HEAD~1');
    expect(code, stderr).toBe(5);
    expect(stderr).toContain('git:HEAD~1: no such revision here');
    expect(stderr).toContain('fetch-depth: 0');
    expect(readdirSync(shallow)).toContain('gate.yaml');
  });
});

describe('the function gate', () => {
  it(
    'compares two servers as the command does, and rejects what names no baseline',
    async () => {
      const folder = temporaryFolder();
      const started = async (): Promise<string> => `http://127.0.0.1:${await startServer([process.execPath, SERVER])}/mcp`;
      const scenario = defineScenario({
        plimsoll: 1,
        name: 'gated',
        target: { url: await started() },
        load: { timeout: '5s', phases: [{ name: 'steady', rate: '20/s', for: '5s' }] },
        calls: [{ tool: 'echo', arguments: { message: 'hello' } }],
        slo: { success: '0%', p95: '20s' },
        gate: { metrics: ['p50', 'success'], pairs: { warmUp: '1s', measure: '2s', block: '500ms', looks: [2] } },
      });
      await expect(gate(scenario, { out: join(folder, 'none') })).rejects.toMatchObject({ code: 'USAGE' });
      const told: string[] = [];
      const outcome = await gate(scenario, {
        baseline: await started(),
        out: join(folder, 'run'),
        onProgress: ({ stage, text }) => told.push(`${stage} ${text}`),
      });
      expect(outcome.result.gate?.pairs).toHaveLength(2);
      expect(outcome.exitCode).toBe(outcome.result.verdict.exitCode);
      expect(outcome.result).toEqual(resultIn(join(folder, 'run')));
      expect(told).toContain('load pair 2');
      expect(told.some((text) => text.startsWith('load after 2 pairs: '))).toBe(true);
    },
    LONG_MS,
  );
});

describe('{{ port }}', () => {
  it(
    'is a free port in a plain run too',
    async () => {
      const out = join(temporaryFolder(), 'run');
      const { code, stderr } = await plimsoll(['run', gateFile({ target: burning(), gate: {} }), '--out', out]);
      expect([0, 5], stderr).toContain(code);
      expect(resultIn(out).totals.ok).toBeGreaterThan(20);
    },
    LONG_MS,
  );
});
