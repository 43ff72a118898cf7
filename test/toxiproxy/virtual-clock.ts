import type { Cancel, Clock } from '../../src/toxiproxy/clock.js';

/** Time that moves only when told to; alarms ring in order of their time. */
export class VirtualClock implements Clock {
  /** How much too late alarms ring. */
  lateMs = 0;
  private nowMs = 0;
  private order = 0;
  private readonly set = new Map<number, { readonly dueMs: number; readonly ring: () => void }>();

  get alarms(): number {
    return this.set.size;
  }

  now(): number {
    return this.nowMs;
  }

  at(dueMs: number, ring: () => void): Cancel {
    const id = this.order++;
    this.set.set(id, { dueMs: Math.max(dueMs, this.nowMs) + this.lateMs, ring });
    return () => this.set.delete(id);
  }

  soon(ring: () => void): Cancel {
    return this.at(this.nowMs, ring);
  }

  advance(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      const [next] = [...this.set]
        .filter(([, { dueMs }]) => dueMs <= untilMs)
        .sort((a, b) => a[1].dueMs - b[1].dueMs || a[0] - b[0]);
      if (next === undefined) break;
      const [id, { dueMs, ring }] = next;
      this.set.delete(id);
      this.nowMs = Math.max(this.nowMs, dueMs);
      ring();
    }
    this.nowMs = untilMs;
  }
}
