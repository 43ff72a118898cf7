/**
 * How the delay of a server by its machine is seen. `run-delay`: by the scheduler's own count for its processes; `pressure`: by the pressure
 * of the whole machine, where its processes cannot be seen; `elsewhere`: not at all, it runs on another machine; `none`: it runs here, and
 * nothing tells.
 */
export type DelayView = 'run-delay' | 'pressure' | 'elsewhere' | 'none';

/** A slot of about 100 ms. Start in milliseconds from the start of the first phase; length in milliseconds; the others in microseconds of CPU. */
export type DelaySlot = readonly [
  startMs: number,
  lengthMs: number,
  /** For which runnable threads of the server and of local upstreams waited for a core; of the machine under pressure in that view. */
  waitedUs: number | null,
  /** Used by everything but them, stolen or throttled; null where it cannot be told, and then nothing bounds the first. */
  othersUs: number | null,
];

/** What the machine kept from the server, second by second. */
export interface DelayEntry {
  readonly type: 'delay';
  /** Seconds from the start of the first phase to the start of the first slot. */
  readonly t: number;
  readonly view: DelayView;
  readonly slots: readonly DelaySlot[];
}
