import { describe, expect, it } from 'vitest';
import type { GateBuild } from '../../../src/journal/pair-entry.js';
import { Schedule } from '../../../src/load/schedule.js';
import { blockLengths, blockOf, blockScenario, blockTimeline, drawSlots } from '../../../src/run/gate/pair-plan.js';
import type { OpenPhase } from '../../../src/scenario/load.js';
import { parseScenario } from '../../../src/scenario/reading/parse-scenario.js';

const { scenario } = parseScenario(
  `
plimsoll: 1
name: gate
target: { url: "http://127.0.0.1:1/mcp" }
load: { seed: 7, phases: [{ name: steady, rate: 200/s, for: 30s }] }
calls: [{ tool: echo }]
abort: { errorRate: 50%, for: 10s }
`,
  { fileName: 'gate.yaml', folder: '/', env: {}, files: { read: () => '', exists: () => true } },
);
const phase = scenario.load.phases[0] as OpenPhase;
const SLOTS: readonly GateBuild[] = ['candidate', 'baseline', 'baseline', 'candidate', 'baseline', 'candidate'];
const PLAN = { slots: SLOTS, blockMs: 1000, edgeMs: 50 };

/** Starts of one build as [slot, milliseconds into the slot, index]. */
function startsOf(build: GateBuild, seed = 1, arrivals: 'poisson' | 'constant' = 'poisson'): readonly (readonly number[])[] {
  const made = blockScenario({ ...scenario, load: { ...scenario.load, arrivals } }, phase, PLAN, build, { seed, drive: 3 });
  const starts: number[][] = [];
  const schedule = new Schedule(made.load, { index: 0, count: 1 });
  for (; schedule.dueMs !== Number.POSITIVE_INFINITY; schedule.advance()) {
    starts.push([Math.floor(schedule.dueMs / 1000), schedule.dueMs % 1000, schedule.index]);
  }
  return starts;
}

describe('blockScenario', () => {
  it.each(['poisson', 'constant'] as const)(
    'has the same %s arrivals in the k-th block of either build, and none in between',
    (arrivals) => {
      const both = (['baseline', 'candidate'] as const).map((build) => {
        const own = SLOTS.flatMap((loaded, slot) => (loaded === build ? [slot] : []));
        const starts = startsOf(build, 1, arrivals);
        expect(new Set(starts.map(([slot]) => slot))).toEqual(new Set(own));
        return starts.map(([slot, at, index]) => [own.indexOf(slot as number), Math.round((at as number) * 1e6) / 1e6, index]);
      });
      expect(both[0]).toEqual(both[1]);
      expect(both[0]?.length).toBeGreaterThan(450);
    },
  );

  it('draws other arrivals for another pair, and other numbers for {{ seq }} in each drive', () => {
    expect(startsOf('baseline', 1)).not.toEqual(startsOf('baseline', 2));
    const seqs = [0, 1, 2].map((drive) => blockScenario(scenario, phase, PLAN, 'baseline', { seed: 1, drive }).load.firstSeq);
    expect(new Set(seqs).size).toBe(3);
  });

  it('leaves faults, events and the abort rule aside', () => {
    const made = blockScenario({ ...scenario, faults: [{} as never] }, phase, PLAN, 'baseline', { seed: 1, drive: 0 });
    expect(made.faults).toEqual([]);
    expect(made.abort).toBeUndefined();
  });
});

describe('blockTimeline', () => {
  it('covers the whole drive without a gap, an edge before each block', () => {
    for (const build of ['baseline', 'candidate'] as const) {
      const timeline = blockTimeline(PLAN, build);
      expect(timeline[0]?.startS).toBe(0);
      expect(timeline.at(-1)?.endS).toBe(SLOTS.length);
      for (const [at, segment] of timeline.entries()) {
        if (at > 0) expect(segment.startS).toBe(timeline[at - 1]?.endS);
        expect(segment.kind).toBe(blockOf(segment.id) === undefined ? 'warm-up' : 'steady');
      }
      expect(timeline.flatMap(({ id }) => blockOf(id) ?? [])).toEqual([0, 1, 2]);
    }
    // The baseline's second block is slot 2: its edge is the first 50 ms, and what comes due until its next block belongs to it.
    expect(blockTimeline(PLAN, 'baseline').slice(2, 4)).toMatchObject([
      { name: 'edge 2', startS: 2, endS: 2.05 },
      { name: 'block 2', startS: 2.05, endS: 4 },
    ]);
  });
});

describe('drawSlots', () => {
  it('has one block of each build in every two slots, in either order', () => {
    const slots = drawSlots(200, (at) => ((at * 7919) % 200) / 200 + 0.001);
    expect(slots).toHaveLength(400);
    let baselineFirst = 0;
    for (let at = 0; at < slots.length; at += 2) {
      expect(new Set(slots.slice(at, at + 2)).size).toBe(2);
      if (slots[at] === 'baseline') baselineFirst += 1;
    }
    expect(baselineFirst).toBe(100);
  });
});

describe('blockLengths', () => {
  it('keeps the edge at 50 ms for fast calls, and blocks ten times as long as the edge for slow ones', () => {
    expect(blockLengths(20_000, 1000)).toEqual({ edgeMs: 50, blockMs: 1000 });
    expect(blockLengths(100_000, 1000)).toEqual({ edgeMs: 100, blockMs: 1000 });
    expect(blockLengths(314_000, 1000)).toEqual({ edgeMs: 314, blockMs: 3140 });
  });
});
