import type { Clock, TimerHandle } from './clock.js';

/** Something that ends at a point in time unless it is removed before. The queue owns the fields; set them to their defaults and leave them alone. */
export interface Deadline {
  deadlineMs: number;
  lane: DeadlineLane | undefined;
  earlier: Deadline | undefined;
  later: Deadline | undefined;
  /** Called at most once for each time it was added, never before the deadline. */
  expire(nowMs: number): void;
}

/** Entries with the same delay: their deadlines fall due in the order in which they were added, so the first is always the next. */
interface DeadlineLane {
  readonly delayMs: number;
  first: Deadline | undefined;
  last: Deadline | undefined;
  timer: TimerHandle | undefined;
}

/**
 * Timeouts of many calls with one timer for each distinct delay instead of one for each call: adding and removing cost a few
 * pointer writes, and while answers come in time the timer fires about once a delay.
 */
export class DeadlineQueue {
  readonly #lanes = new Map<number, DeadlineLane>();
  readonly #clock: Clock;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lets the entry expire `delayMs` (rounded up to a whole millisecond) after `nowMs`. */
  add(entry: Deadline, delayMs: number, nowMs: number): void {
    const wholeMs = Math.ceil(delayMs);
    let lane = this.#lanes.get(wholeMs);
    if (lane === undefined) {
      lane = { delayMs: wholeMs, first: undefined, last: undefined, timer: undefined };
      this.#lanes.set(wholeMs, lane);
    }
    entry.deadlineMs = nowMs + wholeMs;
    entry.lane = lane;
    entry.later = undefined;
    entry.earlier = lane.last;
    if (lane.last === undefined) lane.first = entry;
    else lane.last.later = entry;
    lane.last = entry;
    if (lane.timer === undefined) this.#arm(lane, wholeMs);
  }

  remove(entry: Deadline): void {
    const lane = entry.lane;
    if (lane === undefined) return;
    if (entry.earlier === undefined) lane.first = entry.later;
    else entry.earlier.later = entry.later;
    if (entry.later === undefined) lane.last = entry.earlier;
    else entry.later.earlier = entry.earlier;
    entry.lane = undefined;
    entry.earlier = undefined;
    entry.later = undefined;
  }

  /** Entries that have neither expired nor been removed. */
  entries(): readonly Deadline[] {
    const entries: Deadline[] = [];
    for (const lane of this.#lanes.values()) for (let entry = lane.first; entry; entry = entry.later) entries.push(entry);
    return entries;
  }

  /** Drops every timer; nothing expires any more. */
  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) if (lane.timer !== undefined) this.#clock.clearTimer(lane.timer);
    this.#lanes.clear();
  }

  #arm(lane: DeadlineLane, delayMs: number): void {
    if (this.#closed) return;
    // The socket is read once between the timer and the verdict: after a late wake-up an answer may already be waiting there.
    lane.timer = this.#clock.setTimer(() => this.#clock.afterSockets(() => this.#run(lane)), Math.max(1, Math.ceil(delayMs)));
  }

  #run(lane: DeadlineLane): void {
    if (this.#closed) return;
    const nowMs = this.#clock.now();
    for (let entry = lane.first; entry !== undefined && entry.deadlineMs <= nowMs; entry = lane.first) {
      this.remove(entry);
      entry.expire(nowMs);
    }
    lane.timer = undefined;
    if (lane.first !== undefined) this.#arm(lane, lane.first.deadlineMs - nowMs);
    else if (this.#lanes.get(lane.delayMs) === lane) this.#lanes.delete(lane.delayMs);
  }
}
