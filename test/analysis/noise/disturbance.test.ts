import { describe, expect, it } from 'vitest';
import { Disturbance } from '../../../src/analysis/noise/disturbance.js';
import { NoiseRecord } from '../../../src/analysis/noise/noise-record.js';
import type { Stretch } from '../../../src/analysis/noise/stretch.js';
import type { DelaySlot } from '../../../src/journal/delay-entry.js';
import type { GeneratorSecond, SecondEntry } from '../../../src/journal/second-entry.js';
import type { SlowCall } from '../../../src/journal/slow-call.js';

const STRETCH = { id: 7, startS: 0, endS: 10 };
const IDLE = Array.from({ length: 100 }, () => 0);
const busyBetween = (fromMs: number, toMs: number, t = 0): number[] =>
  IDLE.map((_, i) => (t * 1000 + i * 10 >= fromMs && t * 1000 + i * 10 < toMs ? 1 : 0));

const second = (t: number, generator: GeneratorSecond, slow: readonly SlowCall[] = [], worker = 0): SecondEntry => ({
  type: 'second',
  t,
  worker,
  inFlight: 1,
  generator,
  cells: [],
  slow,
});

/** One slot each 100 ms from 0, of so many milliseconds waited while others used the same. */
const slots = (...waitedMs: number[]): DelaySlot[] => waitedMs.map((ms, i) => [i * 100, 100, ms * 1000, ms * 1000]);

function disturbanceOf(seconds: readonly SecondEntry[], waits: readonly DelaySlot[], stretch: Stretch = STRETCH): Disturbance {
  const record = new NoiseRecord();
  for (const entry of seconds) record.addSecond(entry);
  record.addDelay({ type: 'delay', t: 0, view: 'run-delay', slots: waits });
  return new Disturbance(record, [stretch]);
}

const shiftsMs = (...facts: Parameters<typeof disturbanceOf>): number[] =>
  disturbanceOf(...facts)
    .calls(() => true)
    .map(({ shiftUs }) => shiftUs / 1000);

describe('the shift of a call', () => {
  it('is nothing on a quiet machine', () => {
    const entry = second(0, { inFlightAt: busyBetween(500, 700) }, [[0, 500, 200_000, 0]]);
    expect(shiftsMs([entry], slots(0, 0, 0, 0, 0, 0))).toEqual([0]);
  });

  it('is all delay since nothing was in flight before it was due', () => {
    // Calm until 290 ms; the call is due at 400 and ends at 600. Slots from 300 to 600 count: 30 + 40 + 50, and of the one before no more
    // than the 10 ms that lie behind the calm moment.
    const entry = second(0, { inFlightAt: busyBetween(300, 700) }, [[0, 400, 200_000, 0]]);
    expect(shiftsMs([entry], slots(90, 90, 90, 30, 40, 50, 60))).toEqual([130]);
    expect(shiftsMs([entry], slots(90, 90, 4, 30, 40, 50, 60))).toEqual([124]);
  });

  it('has the delay since before a call that the server gave up, for it may still work on it', () => {
    // Given up after 200 ms, and maybe worked on until 500: the server was last calm at 90.
    const waits = slots(0, 0, 40, 0, 0, 0);
    const behind = (outcome: 'tool-error' | undefined, forMs: number) => {
      const first = [0, 100, forMs * 1000, 0] as const;
      const flight = busyBetween(100, 100 + forMs).map((count, i) => count + (busyBetween(400, 500)[i] as number));
      const calls: readonly SlowCall[] = [outcome === undefined ? first : [...first, outcome], [0, 400, 100_000, 0]];
      return shiftsMs([second(0, { inFlightAt: flight }, calls)], waits).at(-1);
    };
    expect(behind('tool-error', 200)).toBe(40);
    expect(behind(undefined, 200)).toBe(0);
    // An error that comes at once is no time limit.
    expect(behind('tool-error', 40)).toBe(0);
  });

  it('is never more than the time since then', () => {
    const entry = second(0, { inFlightAt: busyBetween(300, 700) }, [[0, 300, 20_000, 0]]);
    expect(shiftsMs([entry], slots(100, 100, 100, 100))).toEqual([30]);
  });

  it('has its own lateness beside it, unless that is a gap that stands there already', () => {
    const late = second(0, { inFlightAt: busyBetween(300, 700) }, [[0, 400, 200_000, 5000]]);
    expect(shiftsMs([late], slots(0))).toEqual([5]);
    const held = second(0, { inFlightAt: busyBetween(300, 700), gaps: [[380, 25]] }, [[0, 400, 200_000, 5000]]);
    expect(shiftsMs([held], slots(0))).toEqual([25]);
  });

  it('takes no moment for calm in which a load thread did not run: what became due meanwhile is still to come', () => {
    // Nothing is in flight until 400 ms, but from 100 to 395 no start was made.
    const entry = second(0, { inFlightAt: busyBetween(400, 700), gaps: [[100, 295]] }, [[0, 390, 200_000, 5000]]);
    expect(shiftsMs([entry], slots(0))).toEqual([295]);
  });

  it('counts the calls in flight of all load threads at an instant, and their gaps once where they overlap', () => {
    const one = second(0, { inFlightAt: busyBetween(0, 300), gaps: [[410, 20]] }, [[0, 400, 100_000, 0]], 0);
    const other = second(0, { inFlightAt: busyBetween(300, 800), gaps: [[420, 20]] }, [], 1);
    // Neither thread alone is busy throughout; together they are, so that the delay since 0 counts.
    expect(shiftsMs([one, other], slots(7, 0, 0, 0, 0))).toEqual([37]);
  });

  it('knows no calm moment while a thread has not told', () => {
    const one = second(0, { inFlightAt: IDLE }, [[0, 900, 50_000, 0]], 0);
    const other = second(1, { inFlightAt: IDLE }, [], 1);
    expect(shiftsMs([one], slots(5, 5, 5))).toEqual([0]);
    expect(shiftsMs([one, other], slots(5, 5, 5))).toEqual([15]);
  });

  it('counts few in flight as calm where at most a tenth was delay', () => {
    // From 2 to 9 in flight, never none; the calmest twentieth has 2.
    const inFlightAt = IDLE.map((_, i) => (i % 10 === 0 ? 2 : 9));
    const seconds = Array.from({ length: 10 }, (_, t) => second(t, { inFlightAt }, t === 5 ? [[0, 5050, 100_000, 0]] : []));
    const spread = (ms: number): DelaySlot[] => slots(...Array.from({ length: 100 }, () => ms));
    // Due at 5,050, calm at 5,000, ended at 5,150: one slot whole, and a half of another.
    expect(shiftsMs(seconds, spread(9))).toEqual([18]);
    // More than a tenth: all delay since the beginning.
    expect(shiftsMs(seconds, spread(11))).toEqual([52 * 11]);
  });

  it('looks for a wait that is longer than its slot in the slots before, where others ran', () => {
    const entry = second(0, { inFlightAt: busyBetween(0, 900) }, [[0, 250, 40_000, 0]]);
    // 250 ms that ended at 500: the scheduler counted them in the last slot.
    const waits: DelaySlot[] = [0, 0, 0, 0, 250].map((ms, i) => [i * 100, 100, ms * 1000, i >= 2 ? 100_000 : 0]);
    expect(shiftsMs([entry], waits)[0]).toBeGreaterThanOrEqual(40);
  });

  it('bounds what the server waited by what others used, where that can be told', () => {
    const entry = second(0, { inFlightAt: busyBetween(0, 900) }, [[0, 500, 50_000, 0]]);
    const waits = (othersUs: number | null): DelaySlot[] => [[500, 100, 50_000, othersUs]];
    // 20 ms a second are believed without any.
    expect(shiftsMs([entry], waits(0))).toEqual([2]);
    expect(shiftsMs([entry], waits(10_000))).toEqual([12]);
    expect(shiftsMs([entry], waits(null))).toEqual([50]);
  });

  it('is without bound where nothing tells how long the server waited', () => {
    const record = new NoiseRecord();
    record.addSecond(second(0, { inFlightAt: IDLE }, [[0, 500, 50_000, 0]]));
    const noise = new Disturbance(record, [STRETCH]);
    expect(noise.view).toBe('none');
    expect(noise.calls(() => true)[0]?.shiftUs).toBe(Number.POSITIVE_INFINITY);
    expect(noise.shiftOfSecondUs(0)).toBe(Number.POSITIVE_INFINITY);
    expect(noise.stretch(7).delayMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('is given with the cell, the outcome and the stretch of the call', () => {
    const noise = disturbanceOf(
      [
        second(0, { inFlightAt: busyBetween(0, 900) }, [
          [3, 500, 50_000, 0, 'timeout'],
          [4, 600, 60_000, 0],
        ]),
      ],
      slots(0),
    );
    expect(noise.calls((cell) => cell === 3)).toEqual([
      { cell: 3, dueMs: 500, responseUs: 50_000, shiftUs: 0, outcome: 'timeout', stretch: 7 },
    ]);
  });

  it('refuses a call that nothing writes', () => {
    const record = new NoiseRecord();
    expect(() => record.addSecond(second(0, {}, [[-1, 0, 0, 0]]))).toThrow(TypeError);
    expect(() => record.addSecond(second(0, { gaps: [[0, -1]] }))).toThrow(TypeError);
  });
});

describe('the largest shift of a second', () => {
  const quiet = Array.from({ length: 30 }, () => 0);

  it('is what was late where a journal holds no delays', () => {
    const record = new NoiseRecord();
    record.addSecond(second(0, { lateness: { counts: [], minUs: 0, maxUs: 7000, sumUs: 9000 } }));
    const noise = new Disturbance(record, [STRETCH]);
    expect(noise.view).toBe('unknown');
    expect(noise.shiftOfSecondUs(0)).toBe(7000);
    expect(noise.stretch(7).largestLatenessUs).toBe(7000);
  });

  it('reaches until nothing is in flight', () => {
    const waits = [...quiet.slice(0, 7), 30, 30, 0, 0, 30];
    const busy = [second(0, { inFlightAt: busyBetween(650, 1000) }), second(1, { inFlightAt: busyBetween(1000, 1050, 1) })];
    // The delay in the second second comes when all calls have ended.
    expect(disturbanceOf(busy, slots(...waits)).shiftOfSecondUs(0)).toBe(60_000);
  });

  it('reaches to the end of a call that outlives the next calm moments', () => {
    const inFlightAt = IDLE.map(() => 2);
    const took = { counts: [], minUs: 0, maxUs: 1_800_000, sumUs: 0 };
    const seconds = Array.from({ length: 10 }, (_, t) => ({
      ...second(t, { inFlightAt }),
      ...(t === 3 ? { cells: [{ cell: 0, ok: 1, response: took }] } : {}),
    }));
    const waits = [...quiet, 40];
    // It may have been due from 1.2 s on, and ended by 4 s: the delay at 3 s can have been its own. Calls of later seconds began behind it.
    const noise = disturbanceOf(seconds, slots(...waits));
    expect([0, 1, 2, 3, 4].map((t) => noise.shiftOfSecondUs(t))).toEqual([0, 40_000, 40_000, 40_000, 0]);
  });
});

describe('a stretch', () => {
  it('tells delay, the seconds that had it, and causes, the most first', () => {
    const seconds = [
      second(0, { inFlightAt: IDLE, gaps: [[100, 60]] }),
      second(1, { inFlightAt: IDLE }),
      second(2, { inFlightAt: IDLE, lateness: { counts: [], minUs: 0, maxUs: 200_000, sumUs: 0 } }),
    ];
    const noise = disturbanceOf(
      seconds,
      [
        [1000, 100, 20_000, null],
        [2000, 100, 10_000, null],
      ],
      { id: 1, startS: 0, endS: 3 },
    );
    expect(noise.stretch(1)).toEqual({
      delayMs: 90,
      // 60 ms of gaps, and a late start; 20 ms are what a quiet machine has too.
      disturbedSeconds: 2,
      seconds: 3,
      causes: ['starts-late', 'threads-held', 'server-waited'],
      largestLatenessUs: 200_000,
      medianInFlight: 0,
    });
    expect(() => noise.stretch(2)).toThrow(RangeError);
  });

  it('tells how long its slots last, and what closed users were kept from', () => {
    const lateness = { counts: [], minUs: 0, maxUs: 20_000, sumUs: 100_000 };
    const inFlightAt = IDLE.map(() => 4);
    const gaps = [[100, 50]] as const;
    const noise = disturbanceOf([second(0, { inFlightAt, gaps, lateness })], [], {
      id: 1,
      startS: 0,
      endS: 1,
      maxInFlight: 24,
      ratePerS: 40,
      users: 5,
    });
    // (24 - 4) / 40 per s; (100 ms late + 50 ms x 4) / (5 x 1,000 ms).
    expect(noise.stretch(1)).toMatchObject({ medianInFlight: 4, fillMs: 500, withheldShare: 0.06 });
  });
});
