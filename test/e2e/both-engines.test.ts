import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultFigures } from '../../src/result/fault-figures.js';
import type { Result } from '../../src/result/result.js';
import { build } from '../faults/proxied-peer.js';
import { ENGINES, type RealToxiproxy, startRealToxiproxy } from '../faults/real-toxiproxy.js';
import { freePort } from '../fixtures/ports.js';
import { lacking, requireAll } from '../requirement.js';
import { callJson } from '../toxiproxy/api-client.js';
import { bin } from './plimsoll.js';
import { expectCountsToAddUp } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { anyRun, decidedRun, expectExitUnlessInDoubt, type ReportedRun } from './valid-run.js';

const FAULTS = ['slow-dependency', 'refused', 'connection-reset', 'black-hole'] as const;

let server: { readonly port: number; readonly pid: number; stop(): Promise<void> };
let real: RealToxiproxy | undefined;
let proxyPort: number;
let postgresPort: number;

/** The weak sample server on a real PostgreSQL, its queries led through the port of the proxy. */
beforeAll(async () => {
  build();
  const port = await freePort();
  [proxyPort, postgresPort] = [await freePort(), await freePort()];
  const database = `postgres://postgres@127.0.0.1:${proxyPort}/orders`;
  const args = [bin, 'sample', '--port', String(port), '--postgres', String(postgresPort), '--database', database];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  server = {
    port,
    pid: child.pid as number,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
  for (let tries = 0; tries < 300; tries++) {
    const up = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
    if (up?.ok) break;
    await wait(100);
  }
  if (!lacking('toxiproxy')) real = await startRealToxiproxy();
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await real?.stop();
});

const scenario = (): string =>
  scenarioFile({
    url: `http://127.0.0.1:${server.port}/mcp`,
    target: { pid: server.pid },
    load: {
      timeout: '1s',
      phases: [
        { name: 'warm-up', rate: '20/s', for: '1s', warmUp: true },
        { name: 'steady', rate: '50/s', for: '12500ms' },
      ],
    },
    more: {
      calls: [
        // Failures are kept as evidence for each tool: two tools, so that what a pool says while its connections are cut is not all there is.
        { tool: 'get_order', weight: 2, arguments: { id: 1001 } },
        { tool: 'search_orders', weight: 2, arguments: { customer: 7, limit: 5 } },
        { tool: 'echo', weight: 1, arguments: { message: 'hello' } },
      ],
      dependencies: {
        postgres: {
          listen: `127.0.0.1:${proxyPort}`,
          upstream: `127.0.0.1:${postgresPort}`,
          tools: ['get_order', 'search_orders'],
        },
      },
      faults: FAULTS.map((inject, at) => ({
        dependency: 'postgres',
        inject,
        at: `${3 + 2.5 * at}s`,
        for: '1500ms',
        ...(inject === 'slow-dependency' ? { with: { latency: '60ms', jitter: '20ms' } } : {}),
      })),
      recovery: { within: '2s' },
      // Far from what a busy machine can make of it: about half of the calls fail.
      slo: { success: '99%', p95: '400ms', during: { fault: { success: '80%' } } },
    },
  });

const faultOf = ({ faults }: Result, recipe: string): FaultFigures => {
  const found = faults.find((fault) => fault.recipe === recipe);
  if (found === undefined) throw new Error(`no figures of ${recipe}`);
  return found;
};

/** How calls ended while a fault was on: class, and what the server said, once for each. */
const errorsOf = ({ during, recipe }: FaultFigures, { exemplars }: Result): readonly string[] => {
  const said = exemplars.filter(({ kind, segment }) => kind === 'error' && segment.includes(recipe));
  const counted = (during?.errors ?? []).flatMap((error) => [error.class, error.sample ?? []].flat());
  return [...new Set([...counted, ...said.flatMap(({ text }) => text ?? [])])].sort();
};

const codesOf = ({ findings }: FaultFigures): readonly string[] => findings.map(({ code }) => code);

/** Where a skipped check proves nothing, a run that the machine spoiled is made again; elsewhere its figures will do. */
const shortRun = (text: string, flags: readonly string[]): Promise<ReportedRun> =>
  requireAll ? decidedRun(text, flags, {}, 2) : anyRun(text, flags);

/** Whether findings are told of a fault: none is drawn from figures that the machine may have made. */
const isTold = ({ inDoubt = [] }: FaultFigures): boolean => inDoubt.length === 0;

const runs = new Map<string, ReportedRun>();

describe('one scenario on a real PostgreSQL', () => {
  it.each(ENGINES.filter((engine) => engine === 'embedded' || !lacking('toxiproxy')))(
    'tells slow, refused, reset and silent apart by what the calls end with (%s)',
    async (engine) => {
      const flags = engine === 'real' ? ['--toxiproxy', (real as RealToxiproxy).url] : [];
      const run = await shortRun(scenario(), flags);
      const { result, stderr } = run;
      runs.set(engine, run);
      expectCountsToAddUp(result);
      expect(result.run.faultEngine).toMatchObject({ name: engine === 'real' ? 'toxiproxy' : 'embedded' });
      expect(result.faults.map(({ recipe }) => recipe)).toEqual(FAULTS);
      for (const fault of result.faults) {
        expect(fault, stderr).not.toHaveProperty('failure');
        expect(fault.startS, stderr).toBeGreaterThanOrEqual(fault.plannedAtS as number);
        expect(fault.removedAtS).toBeGreaterThan(fault.startS as number);
        // By the proxy's counters, or by the sockets of the server.
        if (process.platform === 'linux') expect(fault.path).toBe('verified');
        if (isTold(fault)) expect(codesOf(fault)).toContain('contained');
      }

      const slow = faultOf(result, 'slow-dependency');
      expect(slow.during?.counts.failed).toBe(0);
      // One round trip a call, 40 to 80 ms longer.
      expect(slow.during?.latencyUs.service.p50).toBeGreaterThan(40_000);
      expect(slow.before?.latencyUs.service.p50).toBeLessThan(40_000);

      const refused = faultOf(result, 'refused');
      expect(errorsOf(refused, result)).toContain('database error: ECONNREFUSED');
      expect(errorsOf(refused, result)).not.toContain('timeout');
      if (isTold(refused)) expect(codesOf(refused)).toContain('refused-fast');

      const reset = faultOf(result, 'connection-reset');
      expect(errorsOf(reset, result)).toContain('database error: ECONNRESET');
      expect(errorsOf(reset, result)).not.toContain('timeout');
      if (isTold(reset)) expect(codesOf(reset)).toContain('reset-reaches-callers');

      const silent = faultOf(result, 'black-hole');
      expect(errorsOf(silent, result)).toContain('timeout');
      expect(silent.hung?.timedOut).toBeGreaterThan(10);
      if (isTold(silent)) expect(codesOf(silent)).toContain('no-timeout');

      for (const { during } of [refused, reset, silent]) expect(during?.counts.successRate).toBeLessThan(0.75);
    },
  );

  it.skipIf(lacking('toxiproxy'))(
    'comes to the same verdict and the same findings on both engines, and leaves no proxy behind',
    async () => {
      const [embedded, other] = ENGINES.map((engine) => runs.get(engine) as ReportedRun) as [ReportedRun, ReportedRun];
      expect(await callJson((real as RealToxiproxy).url, 'GET', '/proxies')).toEqual({});
      const isOpen = FAULTS.map((_, i) => [embedded, other].some(({ result }) => !isTold(result.faults[i] as FaultFigures)));
      const told = ({ result }: ReportedRun) =>
        result.faults
          .filter((_, i) => !isOpen[i])
          .map((fault) => codesOf(fault).filter((code) => code !== 'unbounded-queue' && code !== 'reconnect-storm'));
      expect(told(other)).toEqual(told(embedded));
      for (const { code, result } of [embedded, other]) expectExitUnlessInDoubt(result, code, [3]);
      if (!embedded.result.validity.valid || !other.result.validity.valid) return;
      const checks = ({ result }: ReportedRun) => result.verdict.checks.map(({ name, outcome }) => `${name}: ${outcome}`);
      expect(checks(other)).toEqual(checks(embedded));
    },
  );
});
