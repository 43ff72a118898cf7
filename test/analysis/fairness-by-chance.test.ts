import { describe, expect, it } from 'vitest';
import { type MadeCall, seeded } from './made-journal.js';
import { calls, fairnessOf } from './tenant-calls.js';

describe('neighbours', () => {
  it('calls no chance difference a hurt: at most one of 300 pairs of runs in which nothing changed', () => {
    let hurt = 0;
    for (let run = 0; run < 300; run++) {
      const random = seeded(run);
      const same = (segment: number, count: number, tenant: string): MadeCall[] =>
        calls(tenant, segment, count, 10).map((call) => ({
          ...call,
          serviceUs: Math.max(1, Math.round(-Math.log(1 - random()) * 10_000)),
        }));
      const fairness = fairnessOf(same(0, 100, 'acme'), same(1, 100, 'acme'), same(0, 20, 'globex'), same(1, 80, 'globex'));
      if (fairness!.neighbours[0]?.outcome === 'hurt') hurt += 1;
    }
    expect(hurt).toBeLessThanOrEqual(4);
  });
});
