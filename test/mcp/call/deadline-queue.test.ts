import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/mcp/call/clock.js';
import { type Deadline, DeadlineQueue } from '../../../src/mcp/call/deadline-queue.js';

class VirtualClock implements Clock {
  #nowMs = 1;
  #timers = new Map<object, { atMs: number; callback: () => void }>();
  set = 0;
  now = () => this.#nowMs;
  wallMs = () => this.#nowMs;
  setTimer = (callback: () => void, delayMs: number) => {
    this.set++;
    const handle = {};
    // Node's timers may fire up to a millisecond before `performance.now()` says so.
    this.#timers.set(handle, { atMs: this.#nowMs + delayMs - 0.9, callback });
    return handle;
  };
  clearTimer = (timer: object) => void this.#timers.delete(timer);
  afterSockets = (callback: () => void) => callback();
  get pending(): number {
    return this.#timers.size;
  }
  advanceTo(ms: number): void {
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.atMs <= ms).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#nowMs = Math.max(this.#nowMs, due[1].atMs);
      due[1].callback();
    }
    this.#nowMs = Math.max(this.#nowMs, ms);
  }
}

class Entry implements Deadline {
  deadlineMs = 0;
  lane = undefined;
  earlier = undefined;
  later = undefined;
  expiredAtMs: number[] = [];
  constructor(readonly onExpire: () => void = () => {}) {}
  expire(nowMs: number): void {
    this.expiredAtMs.push(nowMs);
    this.onExpire();
  }
}

describe('DeadlineQueue', () => {
  it('ends every entry once, never early and at most two milliseconds late, unless it was removed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ atMs: fc.nat(300), delayMs: fc.constantFrom(1, 10.5, 50, 100), removeMs: fc.option(fc.nat(100)) }), {
          maxLength: 40,
        }),
        (plan) => {
          const clock = new VirtualClock();
          const queue = new DeadlineQueue(clock);
          const entries = plan.map(() => new Entry());
          const steps = plan
            .flatMap(({ atMs, delayMs, removeMs }, i) => [
              { ms: atMs, run: () => queue.add(entries[i]!, delayMs, clock.now()) },
              ...(removeMs === null ? [] : [{ ms: atMs + removeMs, run: () => queue.remove(entries[i]!) }]),
            ])
            .sort((a, b) => a.ms - b.ms);
          const addedAtMs = new Map<Entry, number>();
          for (const { ms, run } of steps) {
            clock.advanceTo(ms + 1);
            run();
          }
          for (const [i, { atMs }] of plan.entries()) addedAtMs.set(entries[i]!, atMs + 1);
          clock.advanceTo(2000);
          plan.forEach(({ delayMs, removeMs }, i) => {
            const entry = entries[i]!;
            const [expiredAtMs] = entry.expiredAtMs;
            if (removeMs !== null && removeMs < delayMs) expect(entry.expiredAtMs).toEqual([]);
            else if (removeMs === null || removeMs > delayMs + 3) {
              expect(entry.expiredAtMs).toHaveLength(1);
              expect(expiredAtMs).toBeGreaterThanOrEqual(addedAtMs.get(entry)! + delayMs);
              expect(expiredAtMs).toBeLessThanOrEqual(addedAtMs.get(entry)! + Math.ceil(delayMs) + 2);
            }
          });
          expect(queue.entries()).toEqual([]);
          expect(clock.pending).toBe(0);
        },
      ),
    );
  });

  it('sets few timers while answers come in time', () => {
    const clock = new VirtualClock();
    const queue = new DeadlineQueue(clock);
    for (let ms = 1; ms < 10_000; ms++) {
      clock.advanceTo(ms);
      const entry = new Entry();
      queue.add(entry, 1000, clock.now());
      clock.advanceTo(ms + 0.5);
      queue.remove(entry);
    }
    expect(clock.set).toBeLessThan(30);
  });

  it('lets an entry add another while it expires', () => {
    const clock = new VirtualClock();
    const queue = new DeadlineQueue(clock);
    const second = new Entry();
    queue.add(new Entry(() => queue.add(second, 10, clock.now())), 10, clock.now());
    clock.advanceTo(100);
    expect(second.expiredAtMs).toHaveLength(1);
  });

  it('leaves no timer behind when it is closed', () => {
    const clock = new VirtualClock();
    const queue = new DeadlineQueue(clock);
    const entry = new Entry();
    queue.add(entry, 10, clock.now());
    queue.close();
    clock.advanceTo(100);
    expect(clock.pending).toBe(0);
    expect(entry.expiredAtMs).toEqual([]);
  });
});
