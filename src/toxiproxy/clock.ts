/** Stops an alarm that has not rung yet. */
export type Cancel = () => void;

/** Time as the stages see it; tests give a virtual one. */
export interface Clock {
  /** Milliseconds on a monotonic scale. */
  now(): number;
  /** Rings once, never before `dueMs`. */
  at(dueMs: number, ring: () => void): Cancel;
  /** Rings once, after the sockets that are ready have had their turn. */
  soon(ring: () => void): Cancel;
}

/** Above this, setTimeout fires at once instead of late. */
const LONGEST_SLEEP_MS = 1_000_000_000;

/** The machine's clock. A Node timer may fire up to 1 ms before its time; then it is set again, since a delay must not be shorter than asked for. */
export const systemClock: Clock = {
  now: () => performance.now(),
  at(dueMs, ring) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const leftMs = dueMs - performance.now();
      timer = setTimeout(check, Math.min(Math.max(Math.ceil(leftMs), 1), LONGEST_SLEEP_MS));
    };
    const check = (): void => {
      if (performance.now() >= dueMs) ring();
      else arm();
    };
    arm();
    return () => clearTimeout(timer);
  },
  soon(ring) {
    const immediate = setImmediate(ring);
    return () => clearImmediate(immediate);
  },
};
