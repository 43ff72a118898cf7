import { describe, expect, it } from 'vitest';
import { sweepPoints } from '../../../src/capacity/law/sweep-points.js';
import { resourcesOf } from '../../../src/capacity/search/resource-figures.js';
import type { SweepEntry } from '../../../src/journal/trial-entry.js';
import { simpleTrial } from '../made-trial.js';

const MIB = 1024 * 1024;
const rates = [20, 40, 80, 160, 120];
const trialsWith = (serverAt: (rate: number, inFlight: number) => { cpuCores?: number; rssBytes?: number }) =>
  rates.map((rate) => simpleTrial(rate, 0, { server: serverAt(rate, rate * 0.02) }));

describe('resources by regression', () => {
  it('finds idle CPU, CPU per call, base memory and memory per call in flight', () => {
    const found = resourcesOf(
      trialsWith((rate, inFlight) => ({ cpuCores: 0.1 + 0.004 * rate, rssBytes: 80 * MIB + 2 * MIB * inFlight })),
      1,
    );
    expect(found?.cpuPerCallS).toBeCloseTo(0.004, 6);
    expect(found?.idleCores).toBeCloseTo(0.1, 6);
    expect(found?.baseBytes).toBeCloseTo(80 * MIB, -2);
    expect(found?.callBytes).toBeCloseTo(2 * MIB, -2);
  });

  it('leaves out a trial that was stopped: what it completed is not told', () => {
    const server = (rate: number) => ({ server: { cpuCores: 0.1 + 0.004 * rate } });
    const whole = rates.map((rate) => simpleTrial(rate, 0, server(rate)));
    const stopped = simpleTrial(400, 0.5, { ...server(200), stopped: 'over', measuredS: 4 });
    expect(resourcesOf([...whole, stopped], 1)?.cpuPerCallS).toBeCloseTo(0.004, 6);
  });

  it('gives an instance its share of the rate', () => {
    const found = resourcesOf(
      trialsWith((rate) => ({ cpuCores: 0.1 + 0.002 * rate })),
      2,
    );
    expect(found?.cpuPerCallS).toBeCloseTo(0.004, 6);
    expect(found?.remarks.join()).toContain('2 instances');
  });

  it('takes a heap that only grows with time for no memory of calls', () => {
    const grown = rates.map((rate, index) =>
      simpleTrial(rate, 0, { server: { rssBytes: [80, 120, 90, 100, 140][index]! * MIB } }),
    );
    const found = resourcesOf(grown, 1);
    expect(found).not.toHaveProperty('callBytes');
    expect(found?.baseBytes).toBe(140 * MIB);
    expect(found?.remarks.join()).toContain('did not follow');
  });

  it('takes memory that grows while the rate is raised for no memory of calls, and finds it where the rate also fell', () => {
    const rising = [10, 20, 40, 80, 160, 120];
    const at = (order: readonly number[], rss: (rate: number, t: number) => number) =>
      resourcesOf(
        order.map((rate, i) => simpleTrial(rate, 0, { t: 10 * i, server: { rssBytes: rss(rate, 10 * i) * MIB } })),
        1,
      );
    const grown = at(rising, (_, t) => 80 + 1.5 * t + (t % 20) / 100);
    expect(grown).not.toHaveProperty('callBytes');
    expect(grown?.remarks.join()).toContain('grew with the time of the search');
    const both = at([160, 10, 120, 20, 80, 40], (rate, t) => 80 + 0.5 * t + 2 * rate * 0.02);
    expect(both).not.toHaveProperty('callBytes');
    const calls = at([10, 160, 20, 120, 40, 80], (rate, t) => 80 + 0.001 * t + 2 * rate * 0.02);
    expect(calls?.callBytes).toBeCloseTo(2 * MIB, -5);
  });

  it('draws no line through rates that lie together, and reads no server that nobody could see', () => {
    const near = [100, 110, 120, 130].map((rate) => simpleTrial(rate, 0, { server: { cpuCores: rate } }));
    expect(resourcesOf(near, 1)).not.toHaveProperty('cpuPerCallS');
    expect(resourcesOf([simpleTrial(10, 0)], 1)).toBeUndefined();
    const sessions = [0, 10, 20, 30].map((opened) => ({ sessions: opened, rssBytes: 50 * MIB + 5000 * opened }));
    expect(resourcesOf([simpleTrial(10, 0)], 1, { sessions, remarks: [] })).toMatchObject({ sessionBytes: 5000 });
  });
});

describe('points of the closed sweep', () => {
  const entry = (more: Partial<SweepEntry>): SweepEntry => ({
    type: 'sweep',
    t: 0,
    callers: 4,
    settleS: 2,
    measuredS: 10,
    ok: 1000,
    failed: 0,
    ...more,
  });
  const slo = { declared: true, tools: {}, during: {} };

  it('leaves out what the generator or errors decided', () => {
    const points = sweepPoints(
      [entry({}), entry({ generatorCores: 1.9 }), entry({ failed: 11 }), entry({ failed: 10 }), entry({ ok: 0 })],
      slo,
      2,
    );
    expect(points.map(({ leftOut }) => leftOut)).toEqual([
      undefined,
      'the generator used 1.90 cores',
      '1.09 % of the calls failed',
      undefined,
      'nothing was answered',
    ]);
    expect(points[0]).toEqual({ callers: 4, rate: 100 });
  });
});
