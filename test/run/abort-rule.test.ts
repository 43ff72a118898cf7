import { describe, expect, it } from 'vitest';
import type { CellSecond } from '../../src/journal/second-entry.js';
import { AbortRule } from '../../src/run/abort-rule.js';
import { second } from '../cli/second-entry.js';

const rule = () => new AbortRule({ errorRate: 0.9, forMs: 3000 });

/** Feeds one second after the other. @returns the second whose entry brought the abort. */
function abortedAt(cells: readonly Partial<CellSecond>[], abort = rule()): number | undefined {
  for (const [t, cell] of cells.entries()) if (abort.add(second(t, cell)) !== undefined) return t;
  return undefined;
}

const bad = { offered: 10, failed: 9, ok: 1, errors: { 'tool-error': 9 } };
const good = { ok: 10 };

describe('AbortRule', () => {
  it('waits until the whole stretch was bad, and for the seconds to be complete', () => {
    // Bad from second 1 to 3: complete when second 5 is reported.
    expect(abortedAt([good, bad, bad, bad, bad, bad])).toBe(5);
    expect(abortedAt([good, bad, bad, good, bad, bad, good, good])).toBeUndefined();
  });

  it('waits for as long again where this machine was disturbed, and then no longer', () => {
    const stopped = (disturbedIn: readonly number[], waitedUs = 20_000, errorRate = 0.9): number | undefined => {
      const abort = new AbortRule({ errorRate, forMs: 3000 });
      const waits = Array.from({ length: 10 }, (_, i) => [i * 100, 100, waitedUs, waitedUs] as const);
      for (let t = 0; t < 20; t++) {
        const slots = waits.map(([startMs, ...slot]) => [t * 1000 + startMs, ...slot] as const);
        const quiet = slots.map(([startMs, lengthMs]) => [startMs, lengthMs, 0, 0] as const);
        abort.add({ type: 'delay', t, view: 'run-delay', slots: disturbedIn.includes(t) ? slots : quiet });
        // In flight all the time: never calm.
        const entry = second(t, bad);
        const told = { ...entry, generator: { ...entry.generator, inFlightAt: Array.from({ length: 100 }, () => 1) } };
        if (abort.add(told) !== undefined) return t;
      }
      return undefined;
    };
    expect(stopped([])).toBe(4);
    expect(stopped([1])).toBe(7);
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(stopped(all)).toBe(7);
    // 3 % of delay makes 30 % of the calls fail at most: of nine failures in ten six are the server's own.
    expect(stopped(all, 3000, 0.5)).toBe(4);
    expect(stopped(all, 3000, 0.7)).toBe(7);
  });

  it('says from when to when the rate was bad', () => {
    const abort = rule();
    let why: string | undefined;
    for (let t = 0; t < 6; t += 1) why = abort.add(second(t, bad));
    expect(why).toBe('error rate was at least 90 % from 0 s to 3 s (last second: 90 %)');
  });

  it('counts dropped and unfinished calls as failures, and leaves out what the generator gave up', () => {
    expect(abortedAt([1, 2, 3, 4, 5].map(() => ({ dropped: 5, unfinished: 4, ok: 1 })))).toBe(4);
    expect(abortedAt([1, 2, 3, 4, 5].map(() => ({ droppedByGenerator: 99, ok: 1 })))).toBeUndefined();
  });

  it('takes a second without an answer for neither good nor bad', () => {
    expect(abortedAt([bad, {}, bad, bad, bad])).toBe(4);
    expect(abortedAt([{}, {}, {}, {}, {}, {}])).toBeUndefined();
  });

  it('adds the workers of a second up before it judges it', () => {
    const abort = rule();
    for (let t = 0; t < 8; t += 1) {
      // Worker 1 alone is all errors; both together are half errors.
      expect(abort.add(second(t, { failed: 10 }, 1))).toBeUndefined();
      expect(abort.add(second(t, { ok: 10 }, 0))).toBeUndefined();
    }
  });
});
