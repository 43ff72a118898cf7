import { describe, expect, it } from 'vitest';
import { DelayCourse } from '../../../src/analysis/noise/delay-course.js';
import { seeded } from '../made-journal.js';

describe('the course of delay', () => {
  it('gives what a search through all slots and gaps gives', () => {
    const random = seeded(7);
    const gaps = Array.from({ length: 60 }, () => ({ startMs: 3000 * random(), lengthMs: 30 * random(), heldMs: 0, owed: true }));
    const slots = Array.from({ length: 30 }, (_, i) => [i * 100, 100, Math.round(60_000 * random()), null] as const);
    const course = new DelayCourse(slots, gaps);
    const isHeld = (ms: number): boolean => gaps.some(({ startMs, lengthMs }) => startMs <= ms && ms < startMs + lengthMs);
    const STEP = 0.05;
    const gapIn = (from: number, to: number): number => {
      let sum = 0;
      for (let ms = from; ms < to; ms += STEP) if (isHeld(ms)) sum += STEP;
      return sum;
    };
    const delayOf = slots.map(([start, length, waitedUs]) => Math.min(waitedUs / 1000, length - gapIn(start, start + length)));
    for (let tried = 0; tried < 50; tried++) {
      const from = 3000 * random();
      const to = from + 600 * random();
      const server = slots.reduce((sum, [start, length], i) => {
        if (start + length <= from || start >= to) return sum;
        // Of the slot in which the time begins no more than what is left of it; all others whole.
        return sum + Math.min(delayOf[i] as number, start < from ? start + length - from : length);
      }, 0);
      // The comparison counts in steps.
      expect(Math.abs(course.between(from, to) - Math.min(to - from, server + gapIn(from, to)))).toBeLessThan(6);
      expect(course.isHeld(from)).toBe(isHeld(from));
    }
  });

  it('passes on no gap in which nothing was to be done: a call meets it only between its own due time and its end', () => {
    const gap = (startMs: number, lengthMs: number, owed: boolean) => ({ startMs, lengthMs, heldMs: 0, owed });
    const course = new DelayCourse([[0, 1000, 0, 0]], [gap(100, 20, false), gap(200, 30, true), gap(300, 7, false)]);
    expect(course.ofCall(0, 250, 400)).toBe(37);
    expect(course.ofCall(0, 90, 400)).toBe(57);
    expect(course.passedOnBetween(0, 400)).toBe(30);
    expect(course.between(0, 400)).toBe(57);
    expect([course.isHeld(110), course.isHeld(210)]).toEqual([false, true]);
    expect(course.isBehindGap(121, 2)).toBe(true);
  });

  it('has no delay outside of time', () => {
    const course = new DelayCourse([[0, 100, 50_000, null]], [{ startMs: 200, lengthMs: 20, heldMs: 0, owed: true }]);
    expect(course.between(300, 200)).toBe(0);
    expect(course.between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(70);
    expect(course.between(1000, 2000)).toBe(0);
  });
});
