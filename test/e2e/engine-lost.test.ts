import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../src/result/result.js';
import { freePort } from '../fixtures/ports.js';
import { lacking } from '../requirement.js';
import { journalReaches } from './journal-reaches.js';
import { miniServer, startPlimsoll, temporaryFolder } from './plimsoll.js';
import { processBelow } from './process-below.js';
import { expectAllReports, resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';

/** Something that a server depends on. @returns its port */
async function echo(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { readonly port: number }).port;
}

interface Loss {
  /** Process that is killed: its command line holds this. Below plimsoll, unless it is given by itself. */
  readonly of: string | ChildProcess;
  /** After this second of the run. Default 0. */
  readonly after?: number;
  readonly faultAt?: string;
  /** Length of the load. Default 6s. */
  readonly length?: string;
  readonly more?: object;
  readonly flags?: readonly string[];
}

interface Lost {
  readonly code: number | string;
  readonly stderr: string;
  readonly result: Result;
}

/** Runs some seconds of load with a fault of two, and kills what carries the faults in the middle of it. */
async function runThatLoses({ of, after = 0, faultAt = '3s', length = '6s', more = {}, flags = [] }: Loss): Promise<Lost> {
  const listen = await freePort();
  const target = await miniServer('--asks', String(listen));
  const out = join(temporaryFolder(), 'run');
  const scenario = scenarioFile({
    url: `http://127.0.0.1:${target}/mcp`,
    rate: '40/s',
    for: length,
    more: {
      dependencies: { backend: { listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${await echo()}`, tools: ['echo'] } },
      faults: [
        { dependency: 'backend', inject: 'slow-dependency', at: faultAt, for: '2s', with: { latency: '20ms', jitter: '0ms' } },
      ],
      ...more,
    },
  });
  const running = startPlimsoll(['run', scenario, '--out', out, ...flags]);
  await journalReaches(out, after);
  if (typeof of === 'string') process.kill(processBelow(running.child.pid as number, of), 'SIGKILL');
  else of.kill('SIGKILL');
  const { code, stderr } = await running.ended;
  expectAllReports(out);
  return { code, stderr, result: resultIn(out) };
}

/** What the verdict says about the faults. */
const evidenceOf = ({ verdict }: Result): string => verdict.checks.find(({ metric }) => metric === 'faults')?.evidence ?? '';
const lostAtS = ({ run }: Result): number => run.notes.find(({ code }) => code === 'fault-engine-lost')?.atS ?? Number.NaN;

describe.skipIf(lacking('linux'))('a Toxiproxy that is lost in the middle of a run', () => {
  it('lets the load go on to its end where nothing says otherwise; exit 7, and from when the figures mean nothing', async () => {
    const { code, stderr, result } = await runThatLoses({ of: 'toxiproxy/main.js' });
    expect(code, stderr).toBe(7);
    expect(stderr).toMatch(
      /error: the embedded Toxiproxy ended unexpectedly \(SIGKILL\); from here on the figures say nothing about faults/,
    );
    expect(result.run.end).toBe('completed');
    expect(result.run.durationS).toBeGreaterThanOrEqual(6);
    expect(lostAtS(result)).toBeGreaterThan(0.9);
    expect(lostAtS(result)).toBeLessThan(3);
    expect(result.verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 7 });
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: the embedded Toxiproxy ended unexpectedly/);
    // The proxy was the server's way to its dependency: calls fail from then on, and the fault was never in force.
    expect(result.errors.map((error) => error.class)).toEqual(['tool-error']);
    expect(result.errors[0]?.sample).toMatch(/dependency: E?CONN|dependency: closed/);
    expect(result.faults[0]).not.toHaveProperty('startS');
  });

  it('stops the load where the abort rule of the scenario says so; exit 7 all the same', async () => {
    const { code, stderr, result } = await runThatLoses({
      of: 'toxiproxy/main.js',
      // On a busy machine the rule waits for a further second.
      length: '20s',
      more: { abort: { errorRate: '90%', for: '1s' } },
    });
    expect(code, stderr).toBe(7);
    expect(result.run.end).toBe('aborted');
    expect(result.run.durationS).toBeLessThan(15);
    expect(result.verdict.exitCode).toBe(7);
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: the embedded Toxiproxy ended unexpectedly/);
  });

  it('is told when it is one that plimsoll did not start, while a fault is on', async () => {
    const port = await freePort();
    const toxiproxy = startPlimsoll(['toxiproxy', '--port', String(port)]);
    await toxiproxy.says(/ready/);
    const url = `http://127.0.0.1:${port}`;
    const { code, stderr, result } = await runThatLoses({
      of: toxiproxy.child,
      after: 2,
      faultAt: '1s',
      flags: ['--toxiproxy', url],
    });
    expect(code, stderr).toBe(7);
    expect(result.run.end).toBe('completed');
    expect(result.faults[0]?.startS).toBeGreaterThan(0.9);
    expect(lostAtS(result)).toBeGreaterThan(2);
    expect(lostAtS(result)).toBeLessThan(6);
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: /);
    expect(evidenceOf(result)).toContain(url);
  });

  it('is told when the fault agent is lost too', async () => {
    const { code, stderr, result } = await runThatLoses({ of: 'faults/agent-main.js' });
    expect(code, stderr).toBe(7);
    expect(result.run.end).toBe('completed');
    expect(stderr).toContain('the fault agent is gone');
    expect(lostAtS(result)).toBeLessThan(3);
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: the fault agent is gone/);
  });
});
