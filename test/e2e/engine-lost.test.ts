import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../src/measure/result.js';
import { lacking } from '../requirement.js';
import { journalReaches } from './journal-reaches.js';
import { freePort, miniServer, startPlimsoll, temporaryFolder } from './plimsoll.js';
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

/** Runs six seconds of load with a fault from 4 s to 5 s, and kills what carries the faults in the second second. */
async function runThatLoses(
  program: string,
  more: object,
): Promise<{ readonly code: number | string; readonly stderr: string; readonly result: Result }> {
  const listen = await freePort();
  const target = await miniServer('--asks', String(listen));
  const out = join(temporaryFolder(), 'run');
  const scenario = scenarioFile({
    url: `http://127.0.0.1:${target}/mcp`,
    rate: '40/s',
    for: '6s',
    more: {
      dependencies: { backend: { listen: `127.0.0.1:${listen}`, upstream: `127.0.0.1:${await echo()}`, tools: ['echo'] } },
      faults: [
        { dependency: 'backend', inject: 'slow-dependency', at: '4s', for: '1s', with: { latency: '20ms', jitter: '0ms' } },
      ],
      ...more,
    },
  });
  const running = startPlimsoll(['run', scenario, '--out', out]);
  await journalReaches(out, 0);
  process.kill(processBelow(running.child.pid as number, program), 'SIGKILL');
  const { code, stderr } = await running.ended;
  expectAllReports(out);
  return { code, stderr, result: resultIn(out) };
}

/** What the verdict says about the faults. */
const evidenceOf = ({ verdict }: Result): string => verdict.checks.find(({ metric }) => metric === 'faults')?.evidence ?? '';
const lostAtS = ({ run }: Result): number => run.notes.find(({ code }) => code === 'fault-engine-lost')?.atS ?? Number.NaN;

describe.skipIf(lacking('linux'))('a Toxiproxy that is lost in the middle of a run', () => {
  it('lets the load go on to its end where nothing says otherwise; exit 7, and from when the figures mean nothing', async () => {
    const { code, stderr, result } = await runThatLoses('toxiproxy/main.js', {});
    expect(code, stderr).toBe(7);
    expect(stderr).toMatch(
      /error: the embedded Toxiproxy ended by itself \(SIGKILL\); from here on the figures say nothing about faults/,
    );
    expect(result.run.end).toBe('completed');
    expect(result.run.durationS).toBeGreaterThanOrEqual(6);
    expect(lostAtS(result)).toBeGreaterThan(0.9);
    expect(lostAtS(result)).toBeLessThan(4);
    expect(result.verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 7 });
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: the embedded Toxiproxy ended by itself/);
    // The proxy was the server's way to its dependency: calls fail from then on, and the fault was never in force.
    expect(result.errors.map((error) => error.class)).toEqual(['tool-error']);
    expect(result.errors[0]?.sample).toMatch(/dependency: E?CONN|dependency: closed/);
    expect(result.faults[0]).not.toHaveProperty('startS');
  });

  it('stops the load where the abort rule of the scenario says so; exit 7 all the same', async () => {
    const { code, stderr, result } = await runThatLoses('toxiproxy/main.js', { abort: { errorRate: '90%', for: '1s' } });
    expect(code, stderr).toBe(7);
    expect(result.run.end).toBe('aborted');
    expect(result.run.durationS).toBeLessThan(6);
    expect(result.verdict.exitCode).toBe(7);
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: the embedded Toxiproxy ended by itself/);
  });

  it('is told when the fault agent is lost too', async () => {
    const { code, stderr, result } = await runThatLoses('faults/agent-main.js', {});
    expect(code, stderr).toBe(7);
    expect(result.run.end).toBe('completed');
    expect(stderr).toContain('the fault agent is gone');
    expect(lostAtS(result)).toBeLessThan(4);
    expect(evidenceOf(result)).toMatch(/^from \d(\.\d)? s on: the fault agent is gone/);
  });
});
