import { describe, expect, it } from 'vitest';
import { ephemeralRange } from '../../../src/scenario/faults/ephemeral-range.js';
import { agentFaults, planFault, type WrittenFault, withSteps } from '../../../src/scenario/faults/fault-plan.js';
import { minimal, problemsOf as problemsOfFile } from '../minimal.js';

const fault = (change: Partial<WrittenFault>): WrittenFault => ({
  dependency: 'db',
  with: {},
  atMs: 1000,
  forMs: 2000,
  ...change,
});

const problemsOf = (change: Partial<WrittenFault>) =>
  planFault(fault(change)).problems.map(({ path, ...rest }) => [path.join('.'), rest] as const);

describe('planFault', () => {
  it('turns recipes and raw toxics into steps', () => {
    const faults = [
      fault({ inject: 'slow-dependency', with: { latency: '200ms', jitter: '50ms' } }),
      fault({ toxics: [{ type: 'bandwidth', attributes: { rate: 20 } }], atMs: 5000 }),
    ];
    expect(faults.map((each) => planFault(each).problems)).toEqual([[], []]);
    expect(agentFaults(faults.map(withSteps))).toMatchObject([
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
    expect(problemsOf({ inject: 'slow-dependancy' })).toEqual([
      ['inject', expect.objectContaining({ found: '"slow-dependancy"', hint: 'did you mean "slow-dependency"?' })],
    ]);
    expect(problemsOf({ inject: 'slow-dependency', with: { latncy: '1s', jitter: -3 } })).toEqual([
      ['with.latncy', expect.objectContaining({ hint: 'did you mean "latency"?' })],
      ['with.jitter', expect.objectContaining({ found: '-3' })],
    ]);
  });

  it('names what a recipe lacks, and values that would kill a real Toxiproxy', () => {
    expect(problemsOf({ inject: 'failover' })).toMatchObject([['with.to', { found: 'nothing' }]]);
    expect(problemsOf({ inject: 'dribble', with: { size: '30B', variation: '30B' } })).toMatchObject([
      ['with', { found: expect.stringContaining('size_variation') }],
    ]);
    expect(problemsOf({ inject: 'error-stub', with: { status: 200 } })).toMatchObject([['with.status', {}]]);
    expect(problemsOf({ toxics: [{ type: 'slicer' }, { type: 'bandwidth', attributes: { rate: -1 } }] })).toMatchObject([
      ['toxics.0.attributes.average_size', {}],
      ['toxics.1.attributes.rate', { found: '-1' }],
    ]);
  });
});

describe('the faults of a file', () => {
  const dependencies =
    '{ db: { listen: "127.0.0.1:15432", upstream: "127.0.0.1:5432", tools: [echo] }, cache: { listen: "127.0.0.1:40000", upstream: "127.0.0.1:6379", tools: [echo] } }';
  const said = (...faults: readonly string[]): readonly string[] =>
    problemsOfFile(minimal({ dependencies, faults: `[${faults.map((each) => `{ dependency: db, at: 1s, for: 2s, ${each} }`)}]` }))
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^.*:\d+:\d+ +/, ''));

  it('want the other dependency of two-at-once to be another one that exists', () => {
    expect(said('inject: two-at-once, with: { other: cahce }')).toEqual([
      'faults.0.with.other  found "cahce", accepted: cache (did you mean "cache"?)',
    ]);
    expect(said('inject: two-at-once, with: { other: db }')).toHaveLength(1);
    expect(said('inject: two-at-once, with: { other: cache }')).toEqual([]);
  });

  it('do not switch one dependency at the same time', () => {
    const file = (at: string, inject = 'flapping') =>
      problemsOfFile(
        minimal({
          dependencies,
          faults: `[{ dependency: db, inject: refused, at: 1s, for: 2s }, { dependency: db, inject: ${inject}, at: ${at}, for: 2s }]`,
        }),
      );
    expect(file('2999ms')).toContain('faults.1.at  found 2999ms, while faults.0 (refused) switches db as well, until 3s');
    expect(file('3s')).toBe('');
    expect(file('2s', 'slow-dependency')).toBe('');
  });

  it('want a port outside the ephemeral range where the proxy is taken down, for a search too', () => {
    const cache = (inject: string) =>
      problemsOfFile(minimal({ dependencies, faults: `[{ dependency: cache, inject: ${inject}, at: 1s, for: 2s }]` }));
    expect(cache('refused')).toContain('dependencies.cache.listen  found port 40000');
    expect(cache('slow-dependency')).toBe('');
    expect(problemsOfFile(minimal({ dependencies, capacity: '{ under: [none, refused@cache] }' }))).toContain(
      'dependencies.cache.listen  found port 40000',
    );
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
