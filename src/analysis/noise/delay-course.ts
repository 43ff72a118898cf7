import type { DelaySlot } from '../../journal/delay-entry.js';
import { firstAbove, firstAtLeast } from './first-place.js';
import type { ThreadGap } from './noise-record.js';

/**
 * Others' CPU beyond what was counted in a slot that is still believed, microseconds: /proc/stat counts in ticks of 10 ms, so that one at
 * either end may stand in the slot next to it.
 */
const TICKS_US = 20_000;
/** A server is believed to wait for small things that no count shows: share of the time. */
const UNSEEN_SHARE = 0.02;
/** The scheduler counts a wait when it ends: how far back one is looked for that is longer than its slot, milliseconds. */
const BACK_MS = 1000;

/**
 * Delay over time: what the server waited for a core, slot by slot, and the gaps of the load threads. A gap in which nothing was to be started
 * only lets answers be read late: the calls behind it are none the later. The delay of a slot may lie
 * anywhere in it, so that a part of a slot is given all of it; but while a millisecond passes nothing is delayed by more.
 */
export class DelayCourse {
  readonly #slotStart: Float64Array;
  readonly #slotEnd: Float64Array;
  /** Of each slot, milliseconds. */
  readonly #slotDelay: Float64Array;
  readonly #slotSum: Float64Array;
  /** All of them, and those in which something was to be done. */
  readonly #gaps: GapSums;
  readonly #owedGaps: GapSums;

  constructor(slots: readonly DelaySlot[], gaps: readonly ThreadGap[]) {
    this.#gaps = new GapSums(unionOf(gaps));
    this.#owedGaps = new GapSums(unionOf(gaps.filter(({ owed }) => owed)));
    const sorted = [...slots].sort((a, b) => a[0] - b[0]);
    this.#slotStart = Float64Array.from(sorted, ([start]) => start);
    this.#slotEnd = Float64Array.from(sorted, ([start, length]) => start + length);
    this.#slotDelay = waitsOf(sorted);
    // A core that the server waits for while no answer is read delays nothing twice.
    for (let i = 0; i < sorted.length; i++) {
      const free =
        (this.#slotEnd[i] as number) -
        (this.#slotStart[i] as number) -
        this.gapsBetween(this.#slotStart[i] as number, this.#slotEnd[i] as number);
      this.#slotDelay[i] = Math.min(this.#slotDelay[i] as number, Math.max(0, free));
    }
    this.#slotSum = sumsOf(this.#slotDelay);
  }

  /** The most that anything can have been delayed between two times. All in milliseconds. */
  between(fromMs: number, toMs: number): number {
    return this.ofCall(fromMs, fromMs, toMs);
  }

  /** The most that can have been passed on by the calls between two times to those behind them. */
  passedOnBetween(fromMs: number, toMs: number): number {
    return this.ofCall(fromMs, toMs, toMs);
  }

  /** The most that a call can have been delayed by what it met itself, and by what calls since the last calm moment passed on to it. */
  ofCall(calmMs: number, dueMs: number, endMs: number): number {
    if (!(endMs > calmMs)) return 0;
    const mine = Math.max(dueMs, calmMs);
    return Math.min(
      endMs - calmMs,
      this.serverBetween(calmMs, endMs) + this.#owedGaps.between(calmMs, mine) + this.#gaps.between(mine, endMs),
    );
  }

  /** Of that, by the server's waiting for a core. */
  serverBetween(fromMs: number, toMs: number): number {
    if (!(toMs > fromMs)) return 0;
    // A wait is counted in the slot in which it ended, and may have lain in the one before: every slot that the time touches is taken whole,
    // but of the first no more than what is left of it.
    const first = firstAbove(this.#slotEnd, fromMs);
    const last = firstAtLeast(this.#slotStart, toMs) - 1;
    if (first > last) return 0;
    const leftMs = (this.#slotEnd[first] as number) - fromMs;
    const behindMs = (this.#slotSum[last + 1] as number) - (this.#slotSum[first + 1] as number);
    return Math.min(toMs - fromMs, Math.min(leftMs, this.#slotDelay[first] as number) + behindMs);
  }

  /** Whether a load thread did not run at this time and owed something: calls that became due meanwhile are not yet in flight. */
  isHeld(atMs: number): boolean {
    return this.#owedGaps.covers(atMs);
  }

  /** Whether a gap ended within so many milliseconds before a time. */
  isBehindGap(atMs: number, withinMs: number): boolean {
    return this.#gaps.endedWithin(atMs, withinMs);
  }

  /** Of that, by load threads that did not run. */
  gapsBetween(fromMs: number, toMs: number): number {
    return this.#gaps.between(fromMs, toMs);
  }
}

/** Disjoint stretches in order, and how much of a time they are. */
class GapSums {
  readonly #start: Float64Array;
  readonly #end: Float64Array;
  readonly #sum: Float64Array;

  constructor(union: readonly (readonly [number, number])[]) {
    this.#start = Float64Array.from(union, ([start]) => start);
    this.#end = Float64Array.from(union, ([, end]) => end);
    this.#sum = sumsOf(union.map(([start, end]) => end - start));
  }

  covers(atMs: number): boolean {
    const at = firstAtLeast(this.#end, atMs);
    return at < this.#start.length && (this.#start[at] as number) <= atMs;
  }

  endedWithin(atMs: number, withinMs: number): boolean {
    const at = firstAbove(this.#end, atMs) - 1;
    return at >= 0 && atMs - (this.#end[at] as number) <= withinMs;
  }

  between(fromMs: number, toMs: number): number {
    if (!(toMs > fromMs)) return 0;
    const first = firstAbove(this.#end, fromMs);
    const last = firstAtLeast(this.#start, toMs) - 1;
    if (first > last) return 0;
    const whole = (this.#sum[last + 1] as number) - (this.#sum[first] as number);
    const before = Math.max(0, fromMs - (this.#start[first] as number));
    const after = Math.max(0, (this.#end[last] as number) - toMs);
    return whole - before - after;
  }
}

/** Disjoint and in order. */
function unionOf(gaps: readonly ThreadGap[]): (readonly [number, number])[] {
  const union: [number, number][] = [];
  for (const { startMs, lengthMs } of [...gaps].sort((a, b) => a.startMs - b.startMs)) {
    const last = union.at(-1);
    const endMs = startMs + lengthMs;
    if (last !== undefined && startMs <= last[1]) last[1] = Math.max(last[1], endMs);
    else union.push([startMs, endMs]);
  }
  return union;
}

/**
 * Milliseconds of each slot for which the server waited because something else ran: never longer than the slot, since threads that wait
 * beside one another delay a call only once, and never longer than others used the cores. A wait is counted where it ended: what one slot
 * cannot hold lay in those before it.
 */
function waitsOf(slots: readonly DelaySlot[]): Float64Array {
  const delays = new Float64Array(slots.length);
  const room = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const [, lengthMs, , othersUs] = slots[i] as DelaySlot;
    if (othersUs === null) {
      room[i] = lengthMs;
      continue;
    }
    const next = (slots[i - 1]?.[3] ?? 0) + (slots[i + 1]?.[3] ?? 0);
    const capMs = (Math.max(0, othersUs) + Math.min(TICKS_US, Math.max(0, next))) / 1000 + UNSEEN_SHARE * lengthMs;
    room[i] = Math.min(lengthMs, capMs);
  }
  for (let i = 0; i < slots.length; i++) {
    const [startMs, , waitedUs] = slots[i] as DelaySlot;
    let left = (waitedUs ?? 0) / 1000;
    for (let at = i; at >= 0 && left > 0 && startMs - (slots[at] as DelaySlot)[0] <= BACK_MS; at--) {
      const taken = Math.min(left, (room[at] as number) - (delays[at] as number));
      delays[at] = (delays[at] as number) + taken;
      left -= taken;
    }
  }
  return delays;
}

/** Sums of all before each place, and of all at the end. */
function sumsOf(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] as number) + (values[i] as number);
  return sums;
}
