import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { jainIndex, fairnessOf as pairsOf } from '../../src/analysis/fairness.js';
import { Tally } from '../../src/analysis/tally.js';
import { judgeSlo } from '../../src/judge/judge-slo.js';
import { journalOf, startEntry } from './made-journal.js';
import { calls, fairnessOf, timeline } from './tenant-calls.js';

describe("Jain's index", () => {
  it('is 1 when all fare alike and 1/n when one gets everything', () => {
    expect(jainIndex([0.5, 0.5, 0.5])).toBeCloseTo(1, 12);
    expect(jainIndex([1, 0, 0, 0])).toBe(0.25);
    expect(jainIndex([0, 0])).toBe(1);
    // (1 + 2 + 3)^2 / (3 (1 + 4 + 9))
    expect(jainIndex([1, 2, 3])).toBeCloseTo(36 / 42, 12);
  });
});

describe('neighbours', () => {
  it('says that a tenant was hurt whose calls became slower while another one burst', () => {
    const fairness = fairnessOf(
      calls('acme', 0, 300, 10),
      calls('acme', 1, 300, 50),
      calls('globex', 0, 100, 10),
      calls('globex', 1, 2500, 50),
    );
    expect(fairness?.neighbours).toHaveLength(1);
    const [acme] = fairness!.neighbours;
    expect(acme).toMatchObject({ tenant: 'acme', outcome: 'hurt', quietPhase: 'steady', loudPhase: 'burst' });
    // The made journal has no end, so the last phase counts up to its last arrival, in whole seconds.
    expect(acme!.loud).toEqual([{ tenant: 'globex', fromPerS: 10, toPerS: 2500 / 9 }]);
    // Counted by hand: its p95 in the quiet phase by nearest rank, and who lies above it in the loud one.
    const times = (segment: number, meanMs: number): number[] =>
      calls('acme', segment, 300, meanMs)
        .map(({ serviceUs }) => serviceUs)
        .sort((a, b) => a - b);
    const p95 = times(0, 10)[Math.ceil(0.95 * 300) - 1]!;
    expect(acme!.slower).toBeCloseTo(times(1, 50).filter((us) => us > p95).length / 300, 2);
  });

  it('says that a tenant held where nothing became slower', () => {
    const fairness = fairnessOf(
      calls('acme', 0, 300, 10),
      calls('acme', 1, 300, 10),
      calls('globex', 0, 100, 10),
      calls('globex', 1, 2500, 50, 2000),
    );
    expect(fairness!.neighbours[0]).toMatchObject({ tenant: 'acme', outcome: 'held' });
    expect(fairness!.phases[1]).toMatchObject({
      phase: 'burst',
      best: { tenant: 'acme', successRate: 1 },
      worst: { tenant: 'globex', successRate: 0.2 },
    });
    // (1 + 0.2)^2 / (2 (1 + 0.04))
    expect(fairness!.phases[1]!.index).toBeCloseTo(1.44 / 2.08, 9);
  });

  it('says that a tenant was hurt whose calls failed, though those answered were as fast as ever', () => {
    const fairness = fairnessOf(
      calls('acme', 0, 300, 10),
      calls('acme', 1, 300, 10, 30),
      calls('globex', 0, 100, 10),
      calls('globex', 1, 2500, 50),
    );
    expect(fairness!.neighbours[0]).toMatchObject({ outcome: 'hurt', during: { successRate: 0.9 } });
  });

  it('leaves it open where the delay of this machine is enough to have made it, and only there', () => {
    const late = (ms: number) =>
      fairnessOf(
        calls('acme', 0, 300, 10),
        calls('acme', 1, 300, 10).map((call) => ({ ...call, latenessUs: 60_000, serviceUs: call.serviceUs + ms * 1000 })),
        calls('globex', 0, 100, 10),
        calls('globex', 1, 2500, 10),
      )!.neighbours[0];
    expect(late(0)).toMatchObject({ outcome: 'unclear', evidence: expect.stringMatching(/in doubt$/) });
    expect(late(100)).toMatchObject({ outcome: 'hurt' });
  });

  it('leaves it open with too few calls, and says nothing of a tenant that burst itself', () => {
    const fairness = fairnessOf(
      calls('acme', 0, 40, 10),
      calls('acme', 1, 40, 90),
      calls('globex', 0, 100, 10),
      calls('globex', 1, 2500, 50),
    );
    expect(fairness!.neighbours).toMatchObject([{ tenant: 'acme', outcome: 'unclear' }]);
    expect(
      fairnessOf(calls('acme', 0, 100, 10), calls('acme', 1, 300, 10), calls('globex', 0, 100, 10), calls('globex', 1, 300, 10))
        ?.neighbours,
    ).toEqual([]);
  });

  it('compares a tenant that kept its rate within 1.25 x while another one sent 1.5 x as much', () => {
    const phase = (name: string, rates: Readonly<Record<string, number>>) => ({
      phase: name,
      seconds: 10,
      tenants: Object.entries(rates).map(([tenant, rate]) => {
        const tally = new Tally();
        tally.addSecond({ cell: 0, offered: rate * 10, ok: rate * 10 });
        return { tenant, tally };
      }),
    });
    const victims = (acme: number, globex: number) =>
      pairsOf([phase('quiet', { acme: 40, globex: 20 }), phase('loud', { acme, globex })])?.neighbours.map(
        ({ tenant }) => tenant,
      );
    expect(victims(50, 30)).toEqual(['acme']);
    expect(victims(51, 30)).toEqual([]);
    expect(victims(50, 29)).toEqual([]);
  });

  it('needs two tenants', () => {
    expect(fairnessOf(calls('acme', 0, 300, 10))).toBeUndefined();
  });
});

describe('limits of a tenant', () => {
  it('judge its own calls and no others', () => {
    const slo = {
      declared: true,
      tools: {},
      during: {},
      tenants: { acme: { success: 0.99, p95Ms: 100 }, globex: { success: 0.99 }, absent: { success: 0.5 } },
    };
    const analysis = analyse(
      journalOf(startEntry(timeline, { slo }), [...calls('acme', 0, 300, 10), ...calls('globex', 0, 300, 10, 100)]),
    );
    expect(judgeSlo(slo, analysis).map(({ scope, metric, outcome }) => [scope, metric, outcome])).toEqual([
      ['tenant acme', 'success', 'pass'],
      ['tenant acme', 'p95', 'pass'],
      ['tenant globex', 'success', 'fail'],
      ['tenant absent', 'success', 'inconclusive'],
    ]);
  });
});
