import { describe, expect, it } from 'vitest';
import { type CpuTime, coresBetween } from '../../src/signals/cpu-use.js';

const reading = (atMs: number, byPid: Readonly<Record<number, CpuTime>>) => ({
  atMs,
  byPid: new Map(Object.entries(byPid).map(([pid, time]) => [Number(pid), time])),
});
const time = (ownS: number, waitedS = 0): CpuTime => ({ ownS, waitedS });

describe('CPU of a family of processes', () => {
  it('is the sum over its members', () => {
    expect(
      coresBetween(reading(0, { 1: time(10), 2: time(5) }), reading(2000, { 1: time(11), 2: time(5.5), 3: time(0.5) })),
    ).toBeCloseTo(1, 9);
  });

  it('counts a child that came and went in full', () => {
    expect(coresBetween(reading(0, { 1: time(1) }), reading(1000, { 1: time(1, 0.8) }))).toBeCloseTo(0.8, 9);
  });

  it('counts nothing twice when a child ends that was counted while it lived', () => {
    // It had used 30 s; in this second it used another 0.4 s, then its parent collected all 30.4 s.
    expect(coresBetween(reading(0, { 1: time(1), 2: time(30) }), reading(1000, { 1: time(1, 30.4) }))).toBeCloseTo(0.4, 9);
  });

  it('is not negative when a child ends that nobody collects', () => {
    expect(coresBetween(reading(0, { 1: time(1), 2: time(30) }), reading(1000, { 1: time(1.5) }))).toBeCloseTo(0.5, 9);
  });

  it('says nothing about two readings at one moment', () => {
    expect(coresBetween(reading(0, { 1: time(1) }), reading(50, { 1: time(2) }))).toBeUndefined();
  });
});
