/** A timer that can be taken back. */
export interface TimerHandle {
  /** Lets the process end although the timer is pending. */
  unref?(): unknown;
}

/** Time as the driver sees it: injected, so that tests can own it. */
export interface Clock {
  /** Monotonic milliseconds, on the scale of `performance.now()`. */
  now(): number;
  /** Wall-clock milliseconds since 1970, for dates such as `Retry-After`. */
  wallMs(): number;
  setTimer(callback: () => void, delayMs: number): TimerHandle;
  clearTimer(timer: TimerHandle): void;
  /** Runs the callback once the sockets were read: an answer that has already arrived is seen before a timer that fired late acts. */
  afterSockets(callback: () => void): void;
}

/** The clock of this thread. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  afterSockets: (callback) => {
    setImmediate(callback);
  },
};
