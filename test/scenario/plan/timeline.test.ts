import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SegmentIndex } from '../../../src/load/segment-index.js';
import type { WrittenFault } from '../../../src/scenario/faults/fault-plan.js';
import { timelineOf } from '../../../src/scenario/plan/timeline.js';
import { closed, open, ramp, scenarioOf } from '../../load/scenario-of.js';

const fault = (dependency: string, atMs: number, forMs: number, inject = 'slow'): WrittenFault => ({
  dependency,
  inject,
  with: {},
  atMs,
  forMs,
});
const shape = (scenario: Parameters<typeof timelineOf>[0]) =>
  timelineOf(scenario).map(({ name, kind, startS, endS }) => `${name} ${kind} ${startS}-${endS}`);

describe('timelineOf', () => {
  it('gives each phase its kind', () => {
    const phases = [
      open('warm', 20, 10_000, { warmUp: true }),
      open('steady', 100, 60_000),
      ramp('climb', 100, 300, 30_000),
      open('burst', 150, 10_000),
      open('named', 50, 1000, { kind: 'burst' } as never),
      closed('agents', 50, 1000, 30_000),
    ];
    // 100/s is 2 x the 50/s of `named`: a burst by comparison, as the design has it.
    expect(shape(scenarioOf({ load: { phases: phases.filter(({ name }) => name !== 'named') } }))).toEqual([
      'warm warm-up 0-10',
      'steady steady 10-70',
      'climb ramp 70-100',
      'burst burst 100-110',
      'agents closed 110-140',
    ]);
    expect(timelineOf(scenarioOf({ load: { phases } })).map(({ kind }) => kind)).toEqual([
      'warm-up',
      'burst',
      'ramp',
      'burst',
      'burst',
      'closed',
    ]);
  });

  it('compares a burst with judged constant phases alone', () => {
    const of = (rate: number) =>
      timelineOf(
        scenarioOf({ load: { phases: [open('w', 1, 1000, { warmUp: true }), open('a', 100, 1000), open('b', rate, 1000)] } }),
      );
    expect(of(149).map(({ kind }) => kind)).toEqual(['warm-up', 'steady', 'steady']);
    expect(of(150).map(({ kind }) => kind)).toEqual(['warm-up', 'steady', 'burst']);
  });

  it('cuts a phase at a fault and its recovery, with an edge before it', () => {
    const scenario = scenarioOf({
      load: { phases: [open('steady', 10, 60_000)] },
      faults: [fault('pg', 20_000, 10_000)],
      recovery: { withinMs: 5000 },
    });
    expect(shape(scenario)).toEqual([
      'steady steady 0-20',
      'steady: slow@pg fault 20-30',
      'steady: recovery recovery 30-35',
      'steady steady 35-60',
      'steady: edge edge 20-20',
    ]);
    const timeline = timelineOf(scenario);
    expect(timeline.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
    expect(timeline[4]?.edgeOf).toBe(0);
    expect(timeline[1]?.faults).toEqual([0]);
  });

  it('joins overlapping faults, keeps touching ones apart, and cuts both at the end of a phase', () => {
    const overlap = scenarioOf({
      load: { phases: [open('a', 10, 30_000), open('b', 10, 30_000)] },
      faults: [fault('pg', 20_000, 8000), fault('cache', 25_000, 15_000, 'refused')],
      recovery: { withinMs: 0 },
    });
    expect(shape(overlap)).toEqual([
      'a steady 0-20',
      'a: slow@pg + refused@cache fault 20-30',
      'b: refused@cache fault 30-40',
      'b steady 40-60',
      'a: edge edge 20-20',
    ]);
    expect(timelineOf(overlap)[1]?.faults).toEqual([0, 1]);
    const touching = scenarioOf({
      load: { phases: [open('a', 10, 60_000)] },
      faults: [fault('pg', 20_000, 10_000), fault('pg', 30_000, 10_000, 'refused')],
    });
    expect(shape(touching).slice(0, 4)).toEqual([
      'a steady 0-20',
      'a: slow@pg fault 20-30',
      'a: refused@pg fault 30-40',
      'a: recovery recovery 40-50',
    ]);
  });

  it('lets a fault beat a recovery, and a recovery last over the end of its phase', () => {
    const scenario = scenarioOf({
      load: { phases: [open('a', 10, 30_000), ramp('b', 10, 20, 30_000)] },
      faults: [fault('pg', 5000, 5000), fault('pg', 15_000, 10_000)],
      recovery: { withinMs: 10_000 },
    });
    expect(shape(scenario).slice(0, 7)).toEqual([
      'a steady 0-5',
      'a: slow@pg fault 5-10',
      'a: recovery recovery 10-15',
      'a: slow@pg fault 15-25',
      'a: recovery recovery 25-30',
      'b: recovery recovery 30-35',
      'b ramp 35-60',
    ]);
  });

  it('ends a fault with the load and forgets one that starts after it', () => {
    const scenario = scenarioOf({
      load: { phases: [open('a', 10, 10_000)] },
      faults: [fault('pg', 8000, 10_000), fault('pg', 10_000, 1000)],
    });
    expect(shape(scenario)).toEqual(['a steady 0-8', 'a: slow@pg fault 8-10', 'a: edge edge 8-8']);
  });

  it('names raw toxics by their types', () => {
    const raw: WrittenFault = {
      dependency: 'pg',
      toxics: [{ type: 'bandwidth' }, { type: 'latency' }],
      with: {},
      atMs: 0,
      forMs: 1000,
    };
    expect(timelineOf(scenarioOf({ faults: [raw] }))[0]?.name).toBe('steady: bandwidth/latency@pg');
  });

  it('has no edge for warm-up, nor for a segment whose calls end before the fault', () => {
    const phases = [open('warm', 1, 5000, { warmUp: true }), open('a', 10, 2000), open('b', 11, 20_000), open('c', 12, 5000)];
    const scenario = scenarioOf({ load: { phases, timeoutMs: 3000 }, faults: [fault('pg', 27_000, 1000)] });
    // b ends at 27; a ended 20 s before the fault and its calls last 4 s at most.
    expect(timelineOf(scenario).filter(({ kind }) => kind === 'edge')).toMatchObject([{ edgeOf: 2, startS: 27 }]);
    const near = scenarioOf({ load: { phases, timeoutMs: 3000 }, faults: [fault('pg', 8000, 1000)] });
    expect(
      timelineOf(near)
        .filter(({ kind }) => kind === 'edge')
        .map(({ edgeOf }) => edgeOf),
    ).toEqual([1, 2]);
  });

  it('covers the load without gap or overlap, whatever the faults (property)', () => {
    const anyFault = fc.record({ atMs: fc.integer({ min: 0, max: 90_000 }), forMs: fc.integer({ min: 1, max: 40_000 }) });
    fc.assert(
      fc.property(fc.array(anyFault, { maxLength: 6 }), fc.integer({ min: 0, max: 20_000 }), (windows, withinMs) => {
        const scenario = scenarioOf({
          load: { phases: [open('a', 10, 20_000, { warmUp: true }), open('b', 10, 30_000), closed('c', 1, 0, 30_000)] },
          faults: windows.map(({ atMs, forMs }) => fault('pg', atMs, forMs)),
          recovery: { withinMs },
        });
        const timeline = timelineOf(scenario);
        const timed = timeline.filter(({ kind }) => kind !== 'edge');
        expect(timed[0]?.startS).toBe(0);
        expect(timed.at(-1)?.endS).toBe(80);
        timed.slice(1).forEach((segment, i) => {
          expect(segment.startS).toBe(timed[i]?.endS);
        });
        expect(timeline.map(({ id }) => id)).toEqual(timeline.map((_, i) => i));
        // Every millisecond asked for lies where the rules say, computed from the windows alone.
        const index = new SegmentIndex(timeline);
        for (let ms = 0; ms < 80_000; ms += 997) {
          const active = windows.flatMap(({ atMs, forMs }, i) => (atMs <= ms && ms < atMs + forMs ? [i] : []));
          const segment = index.at(ms / 1000);
          expect(segment.startS * 1000 <= ms && ms < segment.endS * 1000).toBe(true);
          if (active.length > 0) expect(segment.faults).toEqual(expect.arrayContaining(active));
          else expect(segment.kind).not.toBe('fault');
          const recovering = windows.some(({ atMs, forMs }) => atMs + forMs <= ms && ms < atMs + forMs + withinMs);
          if (active.length === 0) expect(segment.kind === 'recovery').toBe(recovering);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the segment of a call', () => {
  const timeline = timelineOf(
    scenarioOf({
      load: { phases: [open('a', 10, 60_000)] },
      faults: [fault('pg', 20_000, 10_000)],
      recovery: { withinMs: 5000 },
    }),
  );
  const index = new SegmentIndex(timeline);
  const segmentAt = (dueS: number, endedS = dueS) => index.ended(index.at(dueS), endedS);

  it('puts a call where it was due', () => {
    expect(segmentAt(0).name).toBe('a');
    expect(segmentAt(20).kind).toBe('fault');
    expect(segmentAt(29.999).kind).toBe('fault');
    expect(segmentAt(30).kind).toBe('recovery');
    expect(segmentAt(61).id).toBe(3);
  });

  it('takes calls that a fault overtook into the edge', () => {
    expect(segmentAt(19, 19.9).kind).toBe('steady');
    expect(segmentAt(19, 20).kind).toBe('edge');
    expect(segmentAt(19.9, 70).kind).toBe('edge');
    expect(segmentAt(25, 70).kind).toBe('fault');
    expect(segmentAt(36, 70).kind).toBe('steady');
  });
});
