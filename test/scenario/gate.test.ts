import { describe, expect, it } from 'vitest';
import { minimal, parse, problemsOf } from './minimal.js';

const wrong = (gate: string, more: Readonly<Record<string, string>> = {}): string => problemsOf({ gate, ...more });

describe('gate of a scenario', () => {
  it('has a default for every key but the baseline', () => {
    const { gate } = parse(minimal({ gate: '{ baseline: { git: main } }' })).scenario;
    expect(gate).toMatchObject({
      baseline: { kind: 'git', ref: 'main' },
      candidate: { kind: 'target', keys: {} },
      mode: 'duet',
      metrics: ['p95', 'success', 'cpu'],
      limits: { p95: { regression: 0.05, margin: 0.1 }, cpu: { regression: 0.03, margin: 0.05 } },
      successMargin: 0.01,
      pairs: { warmUpMs: 5000, measureMs: 30_000, blockMs: 1000, looks: [5, 8, 12] },
      budgetMs: 720_000,
      contract: 'warn',
    });
  });

  it('keeps the ports of a build as they are written, for each pair to get its own', () => {
    const { gate } = parse(
      minimal({ gate: '{ baseline: { url: "http://127.0.0.1:{{ port }}/mcp" }, start: [node, "{{ port }}"] }' }),
      { ports: () => 20_001 },
    ).scenario;
    expect(gate?.baseline).toEqual({ kind: 'target', keys: { url: 'http://127.0.0.1:{{ port }}/mcp' } });
    expect(gate?.start).toEqual(['node', '{{ port }}']);
  });

  it('takes the saved runs of a build in its place', () => {
    const { gate } = parse(minimal({ gate: '{ mode: stored, baseline: { file: baselines/orders.json } }' })).scenario;
    expect(gate).toMatchObject({ mode: 'stored', stored: '/s/baselines/orders.json' });
    expect(gate).not.toHaveProperty('baseline');
    // All phases are played: none of them has to be steady.
    const load = '{ phases: [{ name: up, rate: 1/s..9/s, for: 10s }] }';
    expect(wrong('{ baseline: { file: x.json } }', { load })).toBe('');
  });

  it.each([
    ['a key that is none', '{ metric: [p95] }', ['metric', 'did you mean "metrics"?']],
    ['a metric that is none', '{ metrics: [p90] }', ['"p90"', 'one of p50, p95, p99, success, cpu']],
    ['a metric twice', '{ metrics: [p95, p95] }', ['each metric once']],
    ['no metric', '{ metrics: [] }', ['at least one metric']],
    ['looks that do not rise', '{ pairs: { looks: [5, 5] } }', ['[5, 5]', 'rising numbers such as [5, 8, 12]']],
    ['looks that are no list', '{ pairs: { looks: 5 } }', ['a list of rising numbers such as [5, 8, 12]']],
    ['a tool that is not called', '{ tools: [ecko] }', ['the tool "ecko", which calls does not list', 'did you mean "echo"?']],
    ['a phase that is not there', '{ phase: b }', ['the phase "b", which load.phases does not list']],
    ['a dependency that is not there', '{ under: slow-dependency@db }', ['the dependency "db"', 'which lists none']],
    ['a fault without its place', '{ under: slow }', ['recipe@dependency such as slow-dependency@postgres']],
    [
      'two kinds of build',
      '{ baseline: { git: main, folder: ../base } }',
      ['git and folder', 'one of git, folder, file, or keys in place of those of target'],
    ],
    [
      'two kinds of candidate',
      '{ candidate: { git: main, folder: ../base } }',
      ['git and folder', 'one of git, folder, or keys in place of those of target'],
    ],
    [
      'a baseline that is two things',
      '{ baseline: { file: x.json, url: "http://127.0.0.1:2/mcp" } }',
      ['file and url', 'one of git, folder, file, or keys in place of those of target'],
    ],
    ['saved runs of the candidate', '{ candidate: { file: x.json } }', ['file']],
    ['stored runs of a build', '{ mode: stored, baseline: { git: main } }', ['stored', 'baseline: { file: FILE }']],
    ['a build with a key that is none', '{ baseline: { urls: x } }', ['urls', 'did you mean "url"?']],
    [
      'a build that is a text',
      '{ baseline: main }',
      ['a map such as { url: http://127.0.0.1:3001/mcp }, { git: main } or { folder: ../base }'],
    ],
    ['a mode that is none', '{ mode: trio }', ['"trio"']],
    ['a budget without a unit', '{ budget: 5 }', ['gate.budget']],
    ['a limit of a metric that has none', '{ limits: { p90: { margin: 5% } } }', ['p90']],
    ['a contract that is none', '{ contract: strict }', ['"strict"']],
  ])('says one thing of %s', (_, gate, said) => {
    const text = wrong(gate);
    expect(text).toMatch(/^s\.yaml: 1 problem\n/);
    for (const part of said) expect(text).toContain(part);
    expect(text).toMatch(/s\.yaml:\d+:\d+/);
  });

  it('refuses a load without a steady phase, and a ramp', () => {
    const load = '{ phases: [{ name: up, rate: 1/s..9/s, for: 10s }] }';
    expect(wrong('{ baseline: { git: main } }', { load })).toContain('no steady phase to play');
    expect(wrong('{ phase: up }', { load })).toContain('which is a ramp');
  });
});
