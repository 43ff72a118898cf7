import { type Clock, systemClock, type TimerHandle } from '../mcp/call/clock.js';

export type { TimerHandle };

/** Time as a load thread sees it: injected, so that scheduler tests run on a virtual clock. */
export interface LoadClock extends Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> {
  /** Runs the callback after the sockets that are ready were served. */
  immediate(callback: () => void): void;
  /** Blocks the thread for at most this long. No socket is read meanwhile, so keep it far below a millisecond. */
  microSleep(forMs: number): void;
}

// Never notified: `Atomics.wait` on it is a sleep of microseconds, which timers cannot do.
const cell = new Int32Array(new SharedArrayBuffer(4));

/** The clock of this thread. */
export const threadClock: LoadClock = {
  now: systemClock.now,
  setTimer: systemClock.setTimer,
  clearTimer: systemClock.clearTimer,
  immediate: (callback) => void setImmediate(callback),
  microSleep: (forMs) => void Atomics.wait(cell, 0, 0, forMs),
};
