import { describe, expect, it } from 'vitest';
import { isTold, weighSessions } from '../../../src/capacity/search/session-weight.js';
import { seeded } from '../../analysis/made-journal.js';

const KIB = 1024;
const MIB = 1024 * KIB;
/** Lots of 50, with what each reading is off the line. */
const readings = (kibOfOne: number, off: readonly number[]) =>
  off.map((kib, lot) => ({ sessions: 50 * lot, rssBytes: 90 * MIB + 50 * lot * kibOfOne * KIB + kib * KIB }));
const level = [0, 0, 0, 0, 0, 0];

describe('memory of an idle session', () => {
  it('is the slope of a line, exactly', () => {
    const found = weighSessions(readings(40, level));
    expect(found.sessionBytes).toBe(40 * KIB);
    expect(found.intervals?.sessionBytes).toEqual([40 * KIB, 40 * KIB]);
    expect(found.remarks.join()).toContain('6 readings while 250 were opened');
  });

  it('comes with its 95 % interval: by hand, t(0.975, 4) = 2.776445 and the residuals of the line', () => {
    const off = [300, -200, 100, -300, 200, -100];
    const made = readings(40, off);
    // Sum of (x - mean)^2 of 0, 50, ... 250 is 43,750; the slope through the offsets alone is sum((x - 125) off) / 43,750.
    const slopeOff = off.reduce((sum, kib, lot) => sum + (50 * lot - 125) * kib, 0) / 43_750;
    const residual = off.reduce((sum, kib, lot) => sum + (kib - slopeOff * (50 * lot - 125)) ** 2, 0);
    const width = 2.776445 * Math.sqrt(residual / 4 / 43_750);
    const { sessionBytes, intervals } = weighSessions(made);
    expect(sessionBytes).toBe(Math.round((40 + slopeOff) * KIB));
    expect((intervals?.sessionBytes?.[0] ?? 0) / KIB).toBeCloseTo(40 + slopeOff - width, 2);
    expect((intervals?.sessionBytes?.[1] ?? 0) / KIB).toBeCloseTo(40 + slopeOff + width, 2);
  });

  it('holds the truth in 95 of 100 lines with noise', () => {
    const random = seeded(5);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let held = 0;
    const tries = 1000;
    for (let i = 0; i < tries; i++) {
      const [low, high] = weighSessions(
        readings(
          40,
          level.map(() => 200 * normal()),
        ),
      ).intervals?.sessionBytes ?? [0, 0];
      if (low <= 40 * KIB && 40 * KIB <= high) held++;
    }
    // Binomial, 4 standard deviations.
    expect(held / tries).toBeGreaterThan(0.922);
    expect(held / tries).toBeLessThan(0.978);
  });

  it('holds it nearly as often where lots are opened until it is told', () => {
    const random = seeded(6);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let told = 0;
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const off = Array.from({ length: 14 }, () => 600 * normal());
      const lots = Array.from({ length: 9 }, (_, more) => 6 + more).find((count) =>
        isTold(weighSessions(readings(40, off.slice(0, count)))),
      );
      if (lots === undefined) continue;
      told++;
      const [low, high] = weighSessions(readings(40, off.slice(0, lots))).intervals?.sessionBytes ?? [0, 0];
      if (low <= 40 * KIB && 40 * KIB <= high) held++;
    }
    expect(told).toBeGreaterThan(900);
    expect(held / told).toBeGreaterThan(0.9);
  });

  it.each([
    ['no growth at all', readings(0, level), 'gave 0 B'],
    ['a heap that moves by itself', readings(0, [0, 900, -500, 400, 1200, -300]), '95 % between -'],
    ['memory that shrinks', readings(-40, level), '-40.0 KiB'],
    ['one jump', readings(0, [0, 0, 0, 8000, 8000, 8000]), '100 % of the growth came with one lot'],
    [
      'garbage of the first lots only',
      readings(
        10,
        [0, 4000, 8000, 12_000, 12_100, 12_200].map((kib) => kib / 2),
      ),
      'first half',
    ],
    ['too few', readings(40, [0, 0, 0]), '3 readings are too few'],
  ])('gives no figure for %s, but says why', (_, made, why) => {
    const found = weighSessions(made);
    expect(found).not.toHaveProperty('sessionBytes');
    expect(found).not.toHaveProperty('intervals');
    expect(found.remarks).toHaveLength(1);
    expect(found.remarks[0]).toContain('could not be distinguished from noise');
    expect(found.remarks[0]).toContain(why);
  });

  it('says nothing where nothing was read', () => {
    expect(weighSessions([])).toEqual({ remarks: [] });
  });
});
