import { describe, expect, it } from 'vitest';
import type { CallShifts } from '../../src/analysis/call-shifts.js';
import { missInDoubt } from '../../src/analysis/phase-doubt.js';
import { Tally } from '../../src/analysis/tally.js';
import { IntervalRecorder } from '../../src/journal/interval-recorder.js';

/** A hundred calls of 500 ms, of which 20 failed. */
function slowAndFailing(): Tally {
  const recorder = new IntervalRecorder();
  for (let i = 0; i < 80; i++) recorder.record(500_000);
  const response = recorder.take();
  if (response === undefined) throw new Error('nothing was recorded');
  const tally = new Tally();
  tally.addSecond({ cell: 0, offered: 100, ok: 80, failed: 20, errors: { 'tool-error': 20 }, response });
  return tally;
}

describe('a phase that misses limits', () => {
  const limits = { success: 0.99, p95Ms: 400 };
  const inDoubt = (certainFailures: number, staying: number, own: object = limits): boolean =>
    missInDoubt(own, slowAndFailing(), () => ({ certainFailures, staysAbove: () => staying }) as unknown as CallShifts);

  it('is in doubt where each of them may be the delay of this machine', () => {
    expect(inDoubt(0, 0)).toBe(true);
  });

  it('is not where one of them stays missed, whatever the others are', () => {
    expect(inDoubt(20, 0)).toBe(false);
    expect(inDoubt(0, 80)).toBe(false);
  });

  it('is not where it misses none', () => {
    expect(inDoubt(0, 0, { p95Ms: 600 })).toBe(false);
  });
});
