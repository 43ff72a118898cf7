import { describe, expect, it } from 'vitest';
import { meanArrivals } from '../../../src/scenario/plan/arrival-rate.js';
import { planOf } from '../../../src/scenario/plan/plan.js';
import { renderPlan } from '../../../src/scenario/plan/plan-text.js';
import { loadScenario } from '../../../src/scenario/reading/load-scenario.js';
import { minimal, parse } from '../minimal.js';

const plan = (parts: Readonly<Record<string, string>>) => planOf(parse(minimal(parts)).scenario);
const contract = (name: string) =>
  planOf(loadScenario(new URL(`../contract/${name}.yaml`, import.meta.url).pathname, { env: {} }).scenario);

describe('planOf', () => {
  it('counts exactly for constant arrivals: call i is due while i < rate x time', () => {
    const { phases, totalCalls, durationS } = plan({
      load: '{ arrivals: constant, phases: [{ name: a, rate: 50/s, for: 5s }, { name: b, rate: 3/s, for: 500ms }, { name: c, rate: 0/s..100/s, for: 10s }] }',
    });
    expect(phases.map(({ calls, certainty }) => [calls, certainty])).toEqual([
      [250, 'exact'],
      [2, 'exact'],
      [500, 'exact'],
    ]);
    expect(totalCalls).toBe(752);
    expect(durationS).toBe(15.5);
  });

  it('agrees with a sum over small steps of a ramp', () => {
    const ramp = { model: 'open' as const, name: 'r', fromPerS: 100, toPerS: 300, forMs: 30_000, warmUp: false };
    let sum = 0;
    const step = 0.001;
    for (let s = 0; s < 30 - step / 2; s += step) sum += (100 + (200 * (s + step / 2)) / 30) * step;
    expect(meanArrivals(ramp)).toBeCloseTo(sum, 3);
  });

  it('shares the mix by weight, and counts the calls of a journey', () => {
    const { mix, tools, callsPerArrival, totalCalls } = plan({
      calls:
        '[{ tool: a, weight: 3 }, { journey: j, weight: 1, steps: [{ tool: a, save: { x: /y } }, { think: 1s }, { tool: b, arguments: { x: "{{ x }}" } }, { tool: b }] }]',
    });
    expect(mix).toEqual([
      { name: 'a', type: 'call', share: 0.75, calls: 1 },
      { name: 'j', type: 'journey', share: 0.25, calls: 3 },
    ]);
    expect(callsPerArrival).toBe(1.5);
    expect(totalCalls).toBe(150);
    expect(tools.map(({ tool, share }) => [tool, Number(share.toFixed(6))])).toEqual([
      ['a', 0.666667],
      ['b', 0.333333],
    ]);
  });

  it('names the kinds of phases', () => {
    expect(contract('complete').phases.map(({ kind, judged }) => [kind, judged])).toEqual([
      ['warm-up', false],
      ['steady', true],
      ['ramp', true],
      ['burst', true],
      ['closed', true],
    ]);
    const kinds = (phases: string) => plan({ load: `{ phases: [${phases}] }` }).phases.map(({ kind }) => kind);
    // 1.49 times is no burst, 1.5 is; a warm-up makes no burst of what follows; `kind: burst` is one in any case.
    expect(kinds('{ name: a, rate: 100/s, for: 1s }, { name: b, rate: 149/s, for: 1s }')).toEqual(['steady', 'steady']);
    expect(kinds('{ name: a, rate: 100/s, for: 1s }, { name: b, rate: 150/s, for: 1s }')).toEqual(['steady', 'burst']);
    expect(kinds('{ name: a, rate: 10/s, for: 1s, warmUp: true }, { name: b, rate: 150/s, for: 1s }')).toEqual([
      'warm-up',
      'steady',
    ]);
    expect(kinds('{ name: a, rate: 10/s..20/s, for: 1s }, { name: b, rate: 150/s, for: 1s }')).toEqual(['ramp', 'steady']);
    expect(kinds('{ name: a, rate: 10/s, for: 1s, kind: burst }')).toEqual(['burst']);
  });

  it('warns of phases and tools with too few calls, with the fault windows cut out', () => {
    const warn = (parts: Readonly<Record<string, string>>) => plan({ slo: '{ p95: 1s }', ...parts }).warnings.join('\n');
    const load = (seconds: number) => `{ arrivals: constant, phases: [{ name: a, rate: 1/s, for: ${seconds}s }] }`;
    expect(warn({ load: load(59) })).toBe('');
    expect(warn({ load: load(58) })).toBe('phase a: about 58 calls are too few to judge p95 (59 needed): inconclusive');
    expect(warn({ load: load(400), slo: '{ p95: 1s, p99: 1s, p999: 1s }' })).toContain('p99.9 (2995 needed)');
    const faults = {
      dependencies: '{ d: { listen: "127.0.0.1:1", upstream: "127.0.0.1:2" } }',
      recovery: '{ within: 10s }',
      faults:
        '[{ dependency: d, inject: refused, at: 10s, for: 5s }, { dependency: d, inject: slow-dependency, at: 12s, for: 5s }]',
    };
    // 10..27 s are taken by the joined windows: 17 of 75 calls.
    expect(warn({ load: load(76), ...faults })).not.toContain('too few');
    expect(warn({ load: load(75), ...faults })).toContain('about 58 calls are too few');
    expect(
      warn({ calls: '[{ tool: a, weight: 99 }, { tool: b }]', slo: '{ tools: { b: { p95: 1s } } }', load: load(1000) }),
    ).toContain('tool b: about 10 calls are too few');
  });

  it('warns of limits that cannot be judged', () => {
    const { warnings } = plan({ baseline: '{ throughput: 11/s }', slo: '{ success: 99%, during: { fault: { success: 1% } } }' });
    expect(warnings).toEqual([
      'baseline.throughput 11/s is above the offered rate of at most 10/s: not applicable',
      'slo.during.fault: this run has no such phase, so it judges nothing',
    ]);
    expect(plan({}).warnings).toEqual(['no slo given: judged by the default, success >= 99 %, p95 <= 400 ms']);
    expect(plan({ load: '{ phases: [{ name: a, rate: 10/s, for: 10s, warmUp: true }] }' }).warnings.join()).toContain(
      'every phase is a warm-up',
    );
  });

  it('knows that the target decides about the closed model', () => {
    const { phases, peakPerS } = plan({
      load: '{ phases: [{ name: a, users: 5, for: 10s }, { name: b, users: 5, think: 3s, for: 10s }] }',
    });
    expect(phases[0]).toMatchObject({ certainty: 'unknown', users: 5 });
    expect(phases[0]?.calls).toBeUndefined();
    expect(phases[1]).toMatchObject({ certainty: 'at most', calls: 20 });
    expect(peakPerS).toBeUndefined();
  });
});

describe('renderPlan', () => {
  it.each(['complete', 'first-run', 'stdio'])('%s', (name) => {
    const text = renderPlan(contract(name));
    expect(text).toMatchSnapshot();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours belong to the command line
    expect(text).not.toMatch(/\u001b/);
  });
});
