import type { LoadClock, TimerHandle } from '../../src/load/load-clock.js';

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Time that moves only when the next event is run, so that a drive of minutes takes milliseconds and always goes the same way. */
export class VirtualClock implements LoadClock {
  #nowMs: number;
  #order = 0;
  #events: Event[] = [];

  constructor(startMs = 5000) {
    this.#nowMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  setTimer(callback: () => void, delayMs: number): TimerHandle {
    return this.at(this.#nowMs + Math.max(1, delayMs), callback);
  }
  clearTimer(timer: TimerHandle): void {
    (timer as Event).cancelled = true;
  }
  /** Takes a microsecond: time that stood still in a loop of immediates would never end it. */
  immediate(callback: () => void): void {
    this.at(this.#nowMs + 0.001, callback);
  }
  microSleep(forMs: number): void {
    this.#nowMs += forMs;
  }

  /** Runs a callback at a reading of this clock. */
  at(atMs: number, callback: () => void): TimerHandle {
    const event: Event = { atMs, order: this.#order++, callback, cancelled: false };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] as Event).atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
    return event as TimerHandle;
  }

  /** The thread does nothing for this long from `atMs` on: every event in it comes late. */
  stall(atMs: number, forMs: number): void {
    this.at(atMs, () => {
      this.#nowMs += forMs;
    });
  }

  /** Runs events in order until there are none, or until `done` says so. @throws when time passes `untilMs`. */
  run(done: () => boolean, untilMs = 10_000_000): void {
    while (!done()) {
      const event = this.#events.shift();
      if (event === undefined) throw new Error('nothing is left to happen');
      if (event.cancelled) continue;
      this.#nowMs = Math.max(this.#nowMs, event.atMs);
      if (this.#nowMs > untilMs) throw new Error('the drive does not end');
      event.callback();
    }
  }
}
