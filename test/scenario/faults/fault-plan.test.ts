import { describe, expect, it } from 'vitest';
import { ephemeralRange } from '../../../src/scenario/faults/ephemeral-range.js';
import { planFaults } from '../../../src/scenario/faults/fault-plan.js';
import type { Fault, Scenario } from '../../../src/scenario/scenario.js';

const fault = (change: Partial<Fault>): Fault => ({ dependency: 'db', with: {}, atMs: 1000, forMs: 2000, ...change });

const plan = (...faults: readonly Fault[]) => {
  const scenario = {
    faults,
    dependencies: {
      db: { listen: '127.0.0.1:15432', upstream: '127.0.0.1:5432', tools: [] },
      cache: { listen: '127.0.0.1:40000', upstream: '127.0.0.1:6379', tools: [] },
    },
  } as unknown as Scenario;
  return planFaults(scenario, { first: 32_768, last: 60_999 });
};

const problemsOf = (...faults: readonly Fault[]) =>
  plan(...faults).problems.map(({ path, ...rest }) => [path.join('.'), rest] as const);

describe('planFaults', () => {
  it('turns recipes and raw toxics into steps', () => {
    const { faults, problems } = plan(
      fault({ inject: 'slow-dependency', with: { latency: '200ms', jitter: '50ms' } }),
      fault({ toxics: [{ type: 'bandwidth', attributes: { rate: 20 } }], atMs: 5000 }),
    );
    expect(problems).toEqual([]);
    expect(faults).toMatchObject([
      {
        fault: 0,
        dependency: 'db',
        recipe: 'slow-dependency',
        atMs: 1000,
        forMs: 2000,
        steps: [
          { atMs: 0, do: 'add', toxic: { type: 'latency', stream: 'downstream', attributes: { latency: 200, jitter: 50 } } },
        ],
      },
      { fault: 1, recipe: 'toxics', steps: [{ do: 'add', toxic: { type: 'bandwidth', toxicity: 1, attributes: { rate: 20 } } }] },
    ]);
  });

  it('names an unknown recipe and an unknown parameter, with a suggestion', () => {
    expect(problemsOf(fault({ inject: 'slow-dependancy' }))).toEqual([
      ['faults.0.inject', expect.objectContaining({ found: '"slow-dependancy"', hint: 'did you mean "slow-dependency"?' })],
    ]);
    expect(problemsOf(fault({ inject: 'slow-dependency', with: { latncy: '1s', jitter: -3 } }))).toEqual([
      ['faults.0.with.latncy', expect.objectContaining({ hint: 'did you mean "latency"?' })],
      ['faults.0.with.jitter', expect.objectContaining({ found: '-3' })],
    ]);
  });

  it('names what a recipe lacks, and values that would kill a real Toxiproxy', () => {
    expect(problemsOf(fault({ inject: 'failover' }))).toMatchObject([['faults.0.with.to', { found: 'nothing' }]]);
    expect(problemsOf(fault({ inject: 'dribble', with: { size: '30B', variation: '30B' } }))).toMatchObject([
      ['faults.0.with', { found: expect.stringContaining('size_variation') }],
    ]);
    expect(problemsOf(fault({ inject: 'error-stub', with: { status: 200 } }))).toMatchObject([['faults.0.with.status', {}]]);
    expect(problemsOf(fault({ toxics: [{ type: 'slicer' }, { type: 'bandwidth', attributes: { rate: -1 } }] }))).toMatchObject([
      ['faults.0.toxics.0.attributes.average_size', {}],
      ['faults.0.toxics.1.attributes.rate', { found: '-1' }],
    ]);
  });

  it('wants the other dependency of two-at-once to be another one that exists', () => {
    expect(problemsOf(fault({ inject: 'two-at-once', with: { other: 'cahce' } }))).toMatchObject([
      ['faults.0.with.other', { hint: 'did you mean "cache"?' }],
    ]);
    expect(problemsOf(fault({ inject: 'two-at-once', with: { other: 'db' } }))).toHaveLength(1);
    expect(problemsOf(fault({ inject: 'two-at-once', with: { other: 'cache' } }))).toEqual([]);
  });

  it('refuses two faults that switch one dependency at the same time, and only those', () => {
    const down = fault({ inject: 'refused' });
    expect(problemsOf(down, fault({ inject: 'flapping', atMs: 2999 }))).toMatchObject([
      ['faults.1.at', { found: expect.stringContaining('faults.0 (refused) switches db') }],
    ]);
    expect(problemsOf(down, fault({ inject: 'flapping', atMs: 3000 }))).toEqual([]);
    expect(problemsOf(down, fault({ inject: 'slow-dependency', atMs: 2000 }))).toEqual([]);
  });

  it('wants a port outside the ephemeral range where the proxy is taken down', () => {
    expect(problemsOf(fault({ dependency: 'cache', inject: 'refused' }))).toMatchObject([
      ['dependencies.cache.listen', { found: expect.stringContaining('40000') }],
    ]);
    expect(problemsOf(fault({ dependency: 'cache', inject: 'slow-dependency' }))).toEqual([]);
  });
});

describe('ephemeralRange', () => {
  it('reads what the kernel says, and falls back to its default', () => {
    expect(ephemeralRange(() => '10000\t20000\n')).toEqual({ first: 10_000, last: 20_000 });
    expect(ephemeralRange(() => 'nonsense')).toEqual({ first: 32_768, last: 60_999 });
    expect(
      ephemeralRange(() => {
        throw new Error('no such file');
      }),
    ).toEqual({ first: 32_768, last: 60_999 });
  });
});
