import { describe, expect, it } from 'vitest';
import { Disturbance } from '../../../src/analysis/noise/disturbance.js';
import { NoiseRecord } from '../../../src/analysis/noise/noise-record.js';
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

function shiftsMs(seconds: readonly SecondEntry[], waits: readonly DelaySlot[], stretch = STRETCH): number[] {
  const record = new NoiseRecord();
  for (const entry of seconds) record.addSecond(entry);
  record.addDelay({ type: 'delay', t: 0, view: 'run-delay', slots: waits });
  return new Disturbance(record, [stretch]).calls(() => true).map(({ shiftUs }) => shiftUs / 1000);
}

describe('the shift of a call', () => {
  it('is nothing on a quiet machine', () => {
    expect(shiftsMs([second(0, { inFlightAt: busyBetween(500, 700) }, [[0, 500, 200_000, 0]])], slots(0, 0, 0, 0, 0, 0))).toEqual(
      [0],
    );
  });

  it('is all delay since nothing was in flight before it was due', () => {
    // Calm until 290 ms; the call is due at 400 and ends at 600. Slots from 300 to 600 count: 30 + 40 + 50.
    const entry = second(0, { inFlightAt: busyBetween(300, 700) }, [[0, 400, 200_000, 0]]);
    expect(shiftsMs([entry], slots(90, 90, 0, 30, 40, 50, 60))).toEqual([120]);
  });

  it('has its own lateness beside it, unless that is a gap that stands there already', () => {
    const late = second(0, { inFlightAt: busyBetween(300, 700) }, [[0, 400, 200_000, 5000]]);
    expect(shiftsMs([late], slots(0))).toEqual([5]);
    const held = second(0, { inFlightAt: busyBetween(300, 700), gaps: [[380, 25]] }, [[0, 400, 200_000, 5000]]);
    expect(shiftsMs([held], slots(0))).toEqual([25]);
  });
});
