import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { Segment } from '../../../src/scenario/plan/segment.js';
import { startEntry } from '../made-journal.js';

/**
 * A fluid queue, second by second: capacity 100/s, a third of it during a fault of 20 s, load 80/s, nobody gives up. The burst before it
 * shows the capacity. Drain by theory: 20 s x (0.8 - 1/3) / (1 - 0.8) = 46.7 s.
 */
function fluidRun(): readonly JournalEntry[] {
  const segment = (id: number, kind: Segment['kind'], startS: number, endS: number): Segment => ({
    id,
    name: kind,
    phase: kind,
    kind,
    startS,
    endS,
    faults: kind === 'fault' ? [0] : [],
  });
  const timeline = [
    segment(0, 'burst', 0, 10),
    segment(1, 'steady', 10, 20),
    segment(2, 'fault', 20, 40),
    segment(3, 'recovery', 40, 120),
  ];
  const entries: JournalEntry[] = [
    startEntry(timeline, { slo: { declared: true, p95Ms: 400, tools: {}, during: {} }, timeoutMs: 3_600_000 }),
    ...timeline.map(({ id }) => ({ type: 'cell', id, tool: 'search', endpoint: 'a', segment: id }) as const),
    { type: 'fault', t: 20, fault: 0, dependency: 'db', recipe: 'slow-dependency', what: 'on' },
    { type: 'fault', t: 40, fault: 0, dependency: 'db', recipe: 'slow-dependency', what: 'off' },
  ];
  let queue = 0;
  let done = 0;
  for (let t = 0; t < 120; t++) {
    const own = timeline.find(({ startS, endS }) => t >= startS && t < endS) as Segment;
    const offered = own.kind === 'burst' ? 100 : 80;
    const capacity = own.kind === 'fault' ? 100 / 3 : 100;
    const waitS = queue / capacity;
    const served = Math.min(capacity, queue + offered);
    queue = queue + offered - served;
    const before = done;
    done += served;
    const ok = Math.round(done) - Math.round(before);
    const us = Math.max(1000, Math.round(waitS * 1_000_000));
    entries.push({
      type: 'second',
      t,
      worker: 0,
      inFlight: queue,
      generator: {},
      // One histogram bucket is enough: all calls of a second waited for the same time. 400 ms is bucket 1024 + ... of the HDR index.
      cells: [
        {
          cell: own.id,
          offered,
          started: offered,
          ok,
          response: { counts: [us > 400_000 ? 12_000 : 100, ok], minUs: us, maxUs: us, sumUs: us * ok },
        },
      ],
    });
  }
  return [...entries, { type: 'end', t: 121, reason: 'completed' }];
}

describe('drain time', () => {
  const [fault] = analyse(fluidRun()).result.faults;

  it('is the backlog over the spare capacity', () => {
    expect(fault?.recovery?.drainAtMostS).toBeGreaterThan(44);
    expect(fault?.recovery?.drainAtMostS).toBeLessThan(48);
  });

  it('explains the recovery of a server that nothing else holds back', () => {
    expect(fault?.recovery?.state).toBe('recovered');
    expect(fault?.recoverS).toBeGreaterThan(35);
    expect(fault?.recoverS).toBeLessThan(48);
    expect(fault?.findings.map(({ code }) => code)).toContain('recovered');
  });
});
