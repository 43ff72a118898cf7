import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SizingFigures } from '../../src/result/sizing-figures.js';
import { madeCapacity } from '../report/made-capacity.js';
import { plimsoll, temporaryFolder } from './plimsoll.js';

/** The result of a search that sized 5000 sessions and a peak of 1000/s, saved apart from its run folder. */
function savedResult(of: { readonly capacity?: unknown } = { capacity: madeCapacity() }): string {
  const file = join(temporaryFolder(), 'result.json');
  writeFileSync(file, JSON.stringify({ schema: 'plimsoll.result/1', run: { scenario: 'orders', target: {} }, ...of }));
  return file;
}

const sizingIn = (stdout: string): SizingFigures => JSON.parse(stdout) as SizingFigures;

describe('plimsoll size', () => {
  it('sizes the saved search for other plans: the result alone on stdout', async () => {
    const result = savedResult();
    const plans = ['--peak', '2000/s', '--zones', '4', '--survive.zones', '1', '--growth', '0', '--burst', '1', '--json'];
    const { code, stdout, stderr } = await plimsoll(['size', result, ...plans]);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    const sizing = sizingIn(stdout);
    expect(sizing.question).toMatchObject({ peakPerS: 2000, zones: 4, surviveZones: 1, growth: 0, burst: 1 });
    // What the search measured and what the first sizing was given both stand.
    expect(sizing.question).toMatchObject({ sessionsHeld: 5000, memoryLimitMb: 16_384, cpuPerCallS: 0.01 });
    expect(sizing.inputs.find(({ name }) => name === 'peak')).toMatchObject({ value: 2000, source: 'given' });
    const { capacityPerS } = sizing.question;
    // Zone loss by hand: the smallest n whose three whole zones of four carry 2000/s and the 20 openings/s at 90 %.
    const carries = (n: number) => 2020 <= (n - Math.ceil(n / 4)) * 0.9 * capacityPerS;
    const byZone = sizing.counts.zoneLoss as number;
    expect(byZone).toBeGreaterThan(1);
    expect(sizing.instances).toBeGreaterThanOrEqual(byZone);
    expect(carries(sizing.instances as number)).toBe(true);
    const half = await plimsoll(['size', result, ...plans.map((word) => (word === '2000/s' ? '1000/s' : word))]);
    expect(sizingIn(half.stdout).instances).toBeLessThan(sizing.instances as number);
  });

  it('puts the plain formula beside it: 1000/s, 0.01 core and 10 MB a call are 15 cores, 15000 MB, 4 instances', async () => {
    const plain = ['--peak', '1000/s', '--burst', '1', '--growth', '0', '--sessions.openingCost', '0'];
    const { code, stdout, stderr } = await plimsoll(['size', savedResult(), ...plain, '--instance.callMemory', '10MiB']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('the plain formula: 15 cores, 15,000 MB, 4 instances; what it misses:');
    expect(stdout).toContain('its factor 1.5 is a hidden utilization target of 66.67 %');
  });

  it('is no number and exit code 3 where the database has no connections for the plan', async () => {
    const k8s = join(temporaryFolder(), 'none.yaml');
    const plan = ['--peak', '2000/s', '--instance.pool', '5', '--dependency.maxConnections', '30'];
    const { code, stdout, stderr } = await plimsoll(['size', savedResult(), ...plan, '--json', '--k8s', k8s]);
    expect(code, stderr).toBe(3);
    const { instances, doesNotFit, fleet } = JSON.parse(stdout) as SizingFigures;
    // 30 less the 3 that it keeps for its administrators: five pools of 5.
    expect([instances, fleet, doesNotFit?.allowed]).toEqual([null, undefined, 5]);
    expect(stderr).toContain('was not written: the plan does not fit: the database allows 5 instances');
    expect(existsSync(k8s)).toBe(false);
    const quiet = await plimsoll(['size', savedResult(), ...plan, '--quiet']);
    expect([quiet.code, quiet.stdout]).toEqual([3, expect.stringMatching(/^does not fit: the database allows 5 instances, /)]);
  });

  it('writes the Kubernetes objects for the answer', async () => {
    const k8s = join(temporaryFolder(), 'capacity.k8s.yaml');
    const { code, stdout, stderr } = await plimsoll(['size', savedResult(), '--peak', '500/s', '--k8s', k8s, '--json']);
    expect(code, stderr).toBe(0);
    expect(stderr.trim()).toBe(`wrote ${k8s}`);
    const text = readFileSync(k8s, 'utf8');
    expect(text).toMatch(new RegExp(`replicas: ${sizingIn(stdout).instances}\\b|minReplicas: \\d+`));
    for (const kind of ['Deployment', 'PodDisruptionBudget']) expect(text).toContain(`kind: ${kind}`);
    expect(text).toContain('topologySpreadConstraints');
  });

  it.each([
    [['--survive.zones', '3', '--zones', '3'], 'survive.zones'],
    [['--utilisation', '95%', '--failureUtilisation', '90%'], 'at most capacity.failureUtilisation'],
    [['--burst', '2', '--burstWindow', '1s', '--window', '1s'], 'count twice'],
    [['--instance.cores', '0.5'], 'exceeds the 0.50 cores'],
    [['--peak', '2000'], 'write 2000/s'],
    [['--peek', '2000/s'], 'peek'],
  ])('refuses %j with nothing but the error on stdout: exit 2', async (flags, why) => {
    const k8s = join(temporaryFolder(), 'none.yaml');
    const { code, stdout, stderr } = await plimsoll(['size', savedResult(), ...flags, '--json', '--k8s', k8s]);
    expect(code, stderr).toBe(2);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['error']);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('    at ');
    expect(existsSync(k8s)).toBe(false);
  });

  it('says what to do where the result is that of a run, or none', async () => {
    const ofRun = await plimsoll(['size', savedResult({}), '--peak', '2000/s']);
    expect(ofRun.code).toBe(2);
    expect(ofRun.stderr).toContain('holds no capacity search');
    expect(ofRun.stderr).toContain('`plimsoll capacity SCENARIO` makes one');
    const nothing = await plimsoll(['size', join(temporaryFolder(), 'nowhere'), '--peak', '2000/s']);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain('no such run folder or result.json');
  });

  it('explains itself with examples', async () => {
    const { code, stdout } = await plimsoll(['size', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toMatch(/plimsoll size out\/result\.json .*--k8s capacity\.k8s\.yaml/s);
    for (const flag of ['--peak', '--zones', '--survive.zones', '--instance.pricePerHour', '--k8s', '--json']) {
      expect(stdout).toContain(flag);
    }
  });
});
