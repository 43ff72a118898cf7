import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp } from './run-result.js';
import { type ShippedScenario, shippedScenario } from './shipped-scenario.js';
import { type ReportedRun, validRun } from './valid-run.js';

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** The scenario as it is shipped, but for its length: the same rates, the same fault for five seconds. */
async function firstRun(name: string): Promise<ReportedRun & { readonly ports: ShippedScenario['ports'] }> {
  let ports: ShippedScenario['ports'] | undefined;
  const run = await validRun(async () => {
    const shipped = await shippedScenario(name, {
      'rate: 20/s, for: 3s': 'rate: 20/s, for: 1s',
      'rate: 50/s, for: 25s': 'rate: 50/s, for: 13s',
      'rate: 150/s, for: 5s': 'rate: 150/s, for: 2s',
      'at: 8s, for: 8s': 'at: 3s, for: 5s',
      'within: 5s': 'within: 3s',
    });
    ports = shipped.ports;
    return shipped.file;
  });
  return { ...run, ports: ports as ShippedScenario['ports'] };
}

const findingsOf = ({ result }: ReportedRun): readonly string[] =>
  result.faults.flatMap(({ findings }) => findings.map(({ level, code, text }) => `${level} ${code}: ${text}`));

describe('the first run', () => {
  it('finds the slow database in the weak sample: exit 3, findings that name pool and time limit, all signals, nothing left running', async () => {
    const run = await firstRun('first-run');
    const { result, out, ports } = run;
    expect(run.code, `${run.stderr}\n${run.stdout}`).toBe(3);
    expect(result.verdict).toMatchObject({ outcome: 'fail', exitCode: 3 });
    expectAllReports(out);
    expectCountsToAddUp(result);
    // It is the fault that fails, and nothing else.
    const missed = result.verdict.checks.filter(({ outcome }) => outcome === 'fail');
    expect(missed.length).toBeGreaterThan(0);
    for (const { scope } of missed) expect(scope).toContain('fault');
    const found = findingsOf(run).join('\n');
    expect(found).toMatch(/^problem no-timeout: .*no time limit on queries to postgres/m);
    expect(found).toMatch(/^problem pool-exhausted: 5 connections to postgres/m);
    expect(result.faults).toEqual([
      expect.objectContaining({ recipe: 'slow-dependency', dependency: 'postgres', engine: 'embedded', path: 'verified' }),
    ]);
    expect(result.phases.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'warm-up warm-up',
      'steady steady',
      'steady: slow-dependency@postgres fault',
      'steady: recovery recovery',
      'steady steady',
      'burst burst',
      'steady: edge edge',
    ]);
    const [warmUp] = result.phases;
    const all = result.phases.reduce((sum, { counts }) => sum + counts.offered, 0);
    expect(result.totals.offered).toBe(all - (warmUp?.counts.offered ?? 0));

    expect(result.health.map(({ probe }) => probe).sort()).toEqual(['live', 'ready']);
    for (const { probe, probes, misses } of result.health) {
      expect(probes).toBeGreaterThan(5);
      if (probe === 'live') expect(misses).toBe(0);
    }
    expect(result.saturation.process?.rssBytes?.max).toBeGreaterThan(20_000_000);
    expect(result.saturation.metrics?.db_pool_waiting?.max).toBeGreaterThan(10);
    expect(Object.keys(result.saturation.metrics ?? {}).some((name) => name.startsWith('mcp_requests_total'))).toBe(true);
    for (const port of Object.values(ports)) expect(await listens(port)).toBe(false);
  });

  it('passes on the hardened sample, under the same load and the same fault', async () => {
    const run = await firstRun('first-run-hardened');
    const { result, ports } = run;
    expect(run.code, `${run.stderr}\n${run.stdout}`).toBe(0);
    expect(result.verdict.outcome).toBe('pass');
    expectCountsToAddUp(result);
    expect(result.tools.map(({ tool }) => tool).sort()).toEqual(['echo', 'get_order', 'search_orders']);
    // The fault was there all the same: every query took the 200 ms.
    const during = result.phases.find(({ kind }) => kind === 'fault')?.tools.find(({ tool }) => tool === 'search_orders');
    expect(during?.latencyUs.response.p50).toBeGreaterThan(150_000);
    expect(findingsOf(run).filter((text) => text.startsWith('problem'))).toEqual([]);
    for (const port of Object.values(ports)) expect(await listens(port)).toBe(false);
  });

  it('is what the README starts, and the README says how it ends', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts['first-run']).toContain('run scenarios/first-run.yaml');
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, after = ''] = readme.split('npm ci && npm run first-run');
    expect(after.slice(0, 800)).toMatch(/exit code 3/);
    expect(after.slice(0, 1200)).toContain('npx plimsoll run scenarios/first-run-hardened.yaml');
  });

  it('is the file of the contract', () => {
    expect(readFileSync(join(root, 'scenarios', 'first-run.yaml'), 'utf8')).toBe(
      readFileSync(join(root, 'test', 'scenario', 'contract', 'first-run.yaml'), 'utf8'),
    );
  });
});
