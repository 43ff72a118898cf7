import { describe, expect, it } from 'vitest';
import { compareBaselines } from '../../src/compare/compare-baselines.js';
import { type ComparableSearch, compareCapacities } from '../../src/compare/compare-capacities.js';
import { type ComparableGate, compareGates } from '../../src/compare/compare-gates.js';
import { type Comparable, type ComparableResult, compareSaved } from '../../src/compare/compare-saved.js';
import type { ComparedFigure, ComparedGroup } from '../../src/compare/comparison.js';
import { failOnOf, heldAgainst } from '../../src/compare/fail-on.js';
import { gateFigures } from '../../src/gate/gate-figures.js';
import type { BaselineRun, SavedBaseline } from '../../src/judge/baseline-schema.js';
import { judge } from '../../src/judge/judge.js';
import { judgedAnalysis } from '../../src/judge/judged-result.js';
import { renderMarkdownComparison } from '../../src/report/compare/compare-markdown.js';
import { renderComparePage } from '../../src/report/compare/compare-page.js';
import { renderTerminalComparison } from '../../src/report/compare/compare-terminal.js';
import type { CapacityFigures } from '../../src/result/capacity-figures.js';
import { madeGate, madePair } from '../gate/made-pairs.js';
import { baselineRun, baselineWith } from '../judge/made-baseline.js';
import { madeRun } from '../judge/made-result.js';
import { madeCapacity } from '../report/made-capacity.js';

const analysis = madeRun({ batches: [{ calls: 100 }] });
const RUN: ComparableResult = judgedAnalysis(analysis, judge(analysis)).result;
const runAs = (id: string): ComparableResult => ({ ...RUN, run: { ...RUN.run, id } });

const CAPACITY = madeCapacity();
const searchOf = (id: string, capacity: CapacityFigures = CAPACITY): ComparableSearch => ({ ...runAs(id), capacity });
const withHealthy = (more: Partial<NonNullable<CapacityFigures['healthy']>>): CapacityFigures => ({
  ...CAPACITY,
  healthy: { ...(CAPACITY.healthy as NonNullable<CapacityFigures['healthy']>), ...more },
});

/** A gate of so many pairs whose candidate is slower by a ratio that varies by 2 %. */
const gateOf = (id: string, ratio: number, failed = 0): ComparableGate => ({
  ...runAs(id),
  gate: gateFigures(
    madeGate(
      Array.from({ length: 8 }, (_, at) =>
        madePair(
          at,
          { latenciesUs: Array(100).fill(100_000) },
          { latenciesUs: Array(100).fill(Math.round(100_000 * ratio * (1 + 0.02 * ((at % 3) - 1)))), failed },
        ),
      ),
    ),
  ),
});

const baselineOf = (p95s: readonly number[], more: Partial<BaselineRun> = {}, named = 'run'): SavedBaseline =>
  baselineWith(
    p95s.map((p95, at) =>
      baselineRun(at, { runId: `${named}-${at}`, failures: 1, p95Us: p95 * 1000, errorRate: 0.001, ...more }),
    ),
  );

function figureOf(groups: readonly ComparedGroup[], group: string, name: string): ComparedFigure {
  const found = groups.find((each) => each.name === group)?.figures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} of ${group}`);
  return found;
}

describe('two of different kinds', () => {
  const sides: readonly (readonly [string, Comparable])[] = [
    ['run', { path: 'out/run', result: RUN }],
    ['capacity search', { path: 'out/search', result: searchOf('s') as unknown as ComparableResult }],
    ['gate', { path: 'out/gate', result: gateOf('g', 1) as unknown as ComparableResult }],
    ['baseline file', { path: 'base.json', baseline: baselineOf([100]) }],
  ];
  it('are refused with what each is', () => {
    for (const [kindA, a] of sides) {
      for (const [kindB, b] of sides) {
        if (kindA === kindB) continue;
        const compared = () => compareSaved(a, b);
        expect(compared).toThrow(
          `A (${a.path}) is a ${kindA} and B (${b.path}) is a ${kindB}: only two of one kind can be compared`,
        );
        expect(compared).toThrow(expect.objectContaining({ exitCode: 2 }));
      }
    }
  });

  it('are compared where they are of one kind', () => {
    expect(sides.map(([, side]) => compareSaved(side, side).kind)).toEqual(['runs', 'capacity', 'gates', 'baselines']);
  });
});

describe('two capacity searches side by side', () => {
  it('tell the change of each answer with its interval, what limits and what a call costs', () => {
    const estimate = { rate: 200, low: 190, high: 210, level: 0.95 };
    const a = withHealthy({ estimate, interval: { confirmedPass: 150, smallestFail: 180 } });
    const b = withHealthy({
      estimate: { rate: 240, low: 228, high: 252, level: 0.95 },
      interval: { confirmedPass: 190, smallestFail: 230 },
    });
    const { groups, caveats } = compareCapacities(searchOf('a', a), searchOf('b', b));
    expect(caveats).toEqual([]);
    const change = figureOf(groups, 'healthy', 'estimate');
    expect(change.change).toBeCloseTo(0.2, 12);
    // Logs: 0.1823 -+ sqrt(0.0513^2 + 0.0488^2) below, the other arms above.
    const [low, high] = change.changeInterval ?? [0, 0];
    expect(Math.log1p(low)).toBeCloseTo(Math.log(1.2) - Math.hypot(Math.log(240 / 228), Math.log(210 / 200)), 12);
    expect(Math.log1p(high)).toBeCloseTo(Math.log(1.2) + Math.hypot(Math.log(252 / 240), Math.log(200 / 190)), 12);
    expect(figureOf(groups, 'healthy', 'confirmed')).toMatchObject({ note: 'B carried a rate at which A failed' });
    expect(figureOf(groups, 'one instance', 'cpu')).toMatchObject({ change: 0, a: { value: 0.01 } });
    expect(figureOf(groups, 'for the planned peak', 'instances').a?.value).toBe(CAPACITY.sizing?.instances);
    expect(figureOf(groups, 'under slow-dependency@postgres', 'lost to the fault').change).toBe(0);
  });

  it('say where brackets overlap, and which failed at what the other carried', () => {
    const noteOf = (a: readonly [number, number], b: readonly [number, number]) => {
      const side = ([confirmedPass, smallestFail]: readonly [number, number]) =>
        withHealthy({ interval: { confirmedPass, smallestFail } });
      const { groups } = compareCapacities(searchOf('a', side(a)), searchOf('b', side(b)));
      return figureOf(groups, 'healthy', 'confirmed').note;
    };
    expect(noteOf([100, 120], [110, 130])).toBe('the brackets overlap');
    expect(noteOf([100, 120], [80, 100])).toBe('B failed at a rate that A carried');
  });

  it('warn of what else differs', () => {
    const b: CapacityFigures = {
      ...withHealthy({ ending: 'at-least', summary: 'at least 100/s.' }),
      instances: 3,
      arrivals: 'constant',
    };
    const { caveats } = compareCapacities(searchOf('a'), searchOf('b', b));
    expect(caveats).toEqual([
      'A measured 1 and B 3 instances together: the rates are those of all of them.',
      'Arrivals were poisson in A and constant in B.',
      'B is not confirmed: at least 100/s.',
    ]);
  });

  it('hold a limit: capacity lower, cost higher, and a plan that does not fit any more', () => {
    const b = withHealthy({ interval: { confirmedPass: 100, smallestFail: 120 } });
    const a = withHealthy({ interval: { confirmedPass: 150, smallestFail: 180 } });
    const held = (left: CapacityFigures, right: CapacityFigures, limit: string) =>
      heldAgainst(compareCapacities(searchOf('a', left), searchOf('b', right)), failOnOf(limit));
    expect(held(a, b, 'confirmed:10')).toMatchObject({ outcome: 'worse', text: 'confirmed -33 %, limit 10 %' });
    expect(held(b, a, 'confirmed:10')).toMatchObject({ outcome: 'held' });
    expect(held(a, withHealthy({ ending: 'nothing-passes', interval: {} }), 'confirmed:10').outcome).toBe('worse');
    expect(held(a, withHealthy({ ending: 'unconfirmed', interval: {} }), 'confirmed:10').outcome).toBe('unknown');
    const sizing = CAPACITY.sizing as NonNullable<CapacityFigures['sizing']>;
    expect(held(CAPACITY, { ...CAPACITY, sizing: { ...sizing, instances: null } }, 'instances:50')).toMatchObject({
      outcome: 'worse',
      text: 'instances: B has none (does not fit)',
    });
    expect(() => held(a, b, 'p95:10')).toThrow(
      '--fail-on: found p95, accepted for two capacity searches: confirmed, estimate, cpu, memory, instances, cost',
    );
  });
});

describe('two gates side by side', () => {
  it('tell how the change of the candidate changed, with an interval over the pairs of both', () => {
    const { groups, caveats } = compareGates(gateOf('a', 1), gateOf('b', 1.2));
    expect(caveats).toEqual([]);
    const p95 = figureOf(groups, 'p95', 'change');
    expect(p95.a?.value).toBeCloseTo(0, 2);
    expect(p95.b?.value).toBeCloseTo(0.2, 2);
    expect(p95.change).toBeCloseTo(0.2, 2);
    const [low, high] = p95.changeInterval ?? [0, 0];
    expect(low).toBeGreaterThan(0.15);
    expect(high).toBeLessThan(0.25);
    expect(figureOf(groups, 'The gate', 'decision')).toMatchObject({ a: { value: 'pass' }, b: { value: 'worse' } });
    expect(figureOf(groups, 'p95', 'spread of a pair').a?.value).toBeGreaterThan(0.01);
    expect(figureOf(groups, 'echo', 'p95').change).toBeCloseTo(0.2, 2);
  });

  it('tell success in points, and hold a limit', () => {
    const comparison = compareGates(gateOf('a', 1), gateOf('b', 1, 5));
    expect(figureOf(comparison.groups, 'success', 'change').change).toBeCloseTo(5 / 105, 9);
    expect(heldAgainst(comparison, failOnOf('success:1'))).toMatchObject({
      outcome: 'worse',
      text: '4.76 % more failures, limit 1 %',
    });
    expect(heldAgainst(comparison, failOnOf('p95:1')).outcome).toBe('held');
    expect(heldAgainst(comparison, failOnOf('p99:1')).outcome).toBe('unknown');
  });

  it('warn where the baseline builds, the modes or the faults differ', () => {
    const a = gateOf('a', 1);
    const b = {
      ...a,
      run: { ...a.run, id: 'b' },
      gate: { ...a.gate, baseline: 'older', mode: 'pairs', under: 'x@y', self: true },
    } as const;
    expect(compareGates(a, b).caveats).toEqual([
      'The baselines differ (old and older): a change may be theirs.',
      'B compares a build with itself.',
      'The modes differ (duet and pairs): one can see less than the other.',
      'The faults differ (none and x@y).',
    ]);
  });
});

describe('two baseline files side by side', () => {
  it('tell the geometric mean over the sittings of each, with t intervals', () => {
    const [a, b] = [baselineOf([98, 100, 102]), baselineOf([108, 110, 112], {}, 'new')];
    const { groups, caveats, proof } = compareBaselines({ path: 'x/a.json', baseline: a }, { path: 'b.json', baseline: b });
    expect(caveats).toEqual([]);
    expect(proof).toContain('may be none');
    const p95 = figureOf(groups, 'All judged calls', 'p95');
    const mean = Math.cbrt(98 * 100 * 102);
    expect((p95.a?.value as number) / 1000).toBeCloseTo(mean, 9);
    // t(0.975, 2) = 4.302653; sd of the logs / sqrt(3).
    const logs = [98, 100, 102].map((x) => Math.log(x / mean));
    const error = Math.sqrt(logs.reduce((sum, x) => sum + x * x, 0) / 2 / 3);
    expect(Math.log((p95.a?.interval?.[1] ?? 0) / 1000 / mean)).toBeCloseTo(4.302653 * error, 7);
    expect(p95.change).toBeCloseTo(Math.cbrt((108 * 110 * 112) / (98 * 100 * 102)) - 1, 9);
    expect(p95.changeInterval?.[0]).toBeLessThan(0.1);
    expect(figureOf(groups, 'All judged calls', 'success').a?.value).toBeCloseTo(0.999, 12);
  });

  it('have no interval with few sittings or with runs that do not tell theirs, and say so', () => {
    const side = (baseline: SavedBaseline) => ({ path: 'a.json', baseline });
    for (const baseline of [baselineOf([98, 100]), baselineOf([98, 100, 102], { sitting: undefined })]) {
      const { groups, proof } = compareBaselines(side(baseline), side(baselineOf([98, 100, 102], {}, 'new')));
      expect(figureOf(groups, 'All judged calls', 'p95').a).not.toHaveProperty('interval');
      expect(figureOf(groups, 'All judged calls', 'p95')).not.toHaveProperty('changeInterval');
      expect(proof).toContain('fewer than 3 sittings');
    }
  });

  it('warn of runs that both hold, and of other machines and workloads', () => {
    const a = baselineOf([98, 100, 102]);
    const b = { ...baselineOf([98, 100, 102, 110], { host: { cores: 64 } }), scenarioHash: 'other' };
    const { caveats } = compareBaselines({ path: 'a.json', baseline: a }, { path: 'b.json', baseline: b });
    expect(caveats.map((caveat) => caveat.slice(0, 28))).toEqual([
      'A and B share 3 runs: what d',
      'The workloads differ (scenar',
      'The machines that made the l',
    ]);
  });

  it('hold a limit', () => {
    const comparison = compareBaselines(
      { path: 'a.json', baseline: baselineOf([100]) },
      { path: 'b.json', baseline: baselineOf([120], { failures: 31 }, 'new') },
    );
    expect(heldAgainst(comparison, failOnOf('p95:10')).outcome).toBe('worse');
    expect(heldAgainst(comparison, failOnOf('p95:25')).outcome).toBe('held');
    expect(heldAgainst(comparison, failOnOf('success:1'))).toMatchObject({
      outcome: 'worse',
      text: '3 % more failures, limit 1 %',
    });
    expect(heldAgainst(comparison, failOnOf('p50:25')).outcome).toBe('unknown');
  });
});

describe('what is read of a comparison', () => {
  it('has the same figures on a terminal, in Markdown and on the page, for each kind', async () => {
    const all = [
      compareCapacities(searchOf('a'), searchOf('b', withHealthy({ bindingCondition: '<b>|x' }))),
      compareGates(gateOf('a', 1), gateOf('b', 1.2)),
      compareBaselines(
        { path: 'a.json', baseline: baselineOf([98, 100, 102]) },
        { path: 'b.json', baseline: baselineOf([108, 110, 112], {}, 'new') },
      ),
    ];
    const [search, gates, baselines] = await Promise.all(
      all.map(async (comparison) => ({
        terminal: renderTerminalComparison(comparison, { colours: false }).join('\n'),
        markdown: renderMarkdownComparison(comparison),
        page: await renderComparePage(comparison),
      })),
    );
    expect(search?.terminal).toMatch(
      /search healthy\n +ending +confirmed +confirmed +the same\n +confirmed +\d+\/s +\d+\/s +0 %; the brackets overlap/,
    );
    expect(search?.terminal).toContain('limited by');
    expect(search?.markdown).toContain('| search healthy | confirmed |');
    expect(search?.page).toContain('&lt;b&gt;|x');
    expect(search?.page).not.toContain('<b>|x');
    expect(search?.page).toContain('Two capacity searches side by side');
    expect(gates?.terminal).toMatch(/metric p95\n +change +\S.*\+20 % \(\+1\d % \.\. \+2\d %\)/);
    expect(gates?.page).toContain('Two gates side by side');
    expect(gates?.page).toMatch(/<h2[^>]*>The gate</);
    expect(baselines?.terminal).toMatch(/p95 +100 ms \(\S+ ms \.\. \S+ ms\) +110 ms \(.*\) +\+10 % \(/);
    expect(baselines?.terminal).toContain('A  a.json (s, saved 2026-11-21, 3 runs of 3 sittings)');
    expect(baselines?.page).toContain('the two baseline files');
  });
});
