import type { DelayView } from '../../journal/delay-entry.js';
import type { OutcomeClass } from '../../scenario/outcome.js';
import { CalmMoments } from './calm-moments.js';
import { DelayCourse } from './delay-course.js';
import { firstAbove } from './first-place.js';
import { GRID_MS, INSTANTS_PER_S, type NoiseRecord } from './noise-record.js';
import type { DelayCause, Stretch, StretchNoise } from './stretch.js';

/** Delay of a second, or shift of a call, that is too little to make an outcome: 10 ms. */
export const SLIGHT_MS = 10;

/** Delay of a second by which the machine is called noisy: a twentieth of the time. A quiet virtual machine has 5 to 30 ms. */
const NOISY_MS = 50;

/** The latest that a start is without a gap of its thread, microseconds. */
const LATE_WITHOUT_GAP_US = 1000;

/**
 * A load thread learns that it did not run by a turn of its loop that comes late, and one is due every 10 ms and a grain of its timer. What was
 * there to be read before then waited unseen, and is read as soon as the gap ends.
 */
const UNSEEN_MS = 11;
const READ_BEHIND_MS = 2;

/** Seconds that are searched for how late starts were; of more, some start is taken to have been as late as it may be. */
const LOOKED_BACK_S = 10;

/** The less a view shows, the further behind. */
const VIEWS: readonly DelayView[] = ['elsewhere', 'run-delay', 'pressure', 'none'];

/** A call that a disturbance could have made slow, or fail, and by how much. */
export interface ShiftedCall {
  readonly cell: number;
  /** Milliseconds from the start of the first phase. */
  readonly dueMs: number;
  /** From then on; 0 for a dropped start. */
  readonly responseUs: number;
  /** What this machine can have added to it: a whole number, or Infinity where that cannot be told. */
  readonly shiftUs: number;
  /** Undefined for a success. */
  readonly outcome: OutcomeClass | undefined;
  /** Id of the stretch in which it was due. */
  readonly stretch: number;
}

/**
 * How much this machine delayed the calls of a run. Each call is given the benefit of all delay since the server was last calm before it
 * was due: in a queue, delay is passed on to every call behind it. Pure.
 */
export class Disturbance {
  /**
   * How the delay of the server was seen, at its worst; `unknown` for a journal that holds no delays: there, only the lateness of starts
   * is known, and no call is kept one by one.
   */
  readonly view: DelayView | 'unknown';
  readonly #record: NoiseRecord;
  readonly #stretches: readonly Stretch[];
  readonly #startsMs: Float64Array;
  readonly #byId: ReadonlyMap<number, Stretch>;
  readonly #course: DelayCourse;
  readonly #calm: CalmMoments;
  /** Of every kept call, microseconds. */
  readonly #shiftUs: Float64Array;
  readonly #firstSecond: number;
  readonly #byCell: ReadonlyMap<number, Uint32Array>;
  /** Largest shift of a kept call that was due in a second. */
  readonly #keptBySecondUs = new Map<number, number>();
  /** Before which every call has ended that was due in a second, milliseconds. */
  readonly #endedByMs: ReadonlyMap<number, number>;

  constructor(record: NoiseRecord, stretches: readonly Stretch[]) {
    this.#record = record;
    this.#stretches = stretches.filter(({ startS, endS }) => endS > startS).sort((a, b) => a.startS - b.startS);
    this.#startsMs = Float64Array.from(this.#stretches, ({ startS }) => startS * 1000);
    this.#byId = new Map(stretches.map((stretch) => [stretch.id, stretch]));
    // A journal that tells of its threads and of no delay is not an old one: nothing could be seen.
    this.view = VIEWS.findLast((view) => record.views.has(view)) ?? (record.toldOfThreads ? 'none' : 'unknown');
    this.#course = new DelayCourse(record.slots, record.gaps);
    this.#calm = new CalmMoments(record, this.#stretches, this.#course);
    this.#firstSecond = [...record.seconds.keys()].reduce((first, second) => Math.min(first, second), Number.POSITIVE_INFINITY);
    const { calls } = record;
    this.#shiftUs = new Float64Array(calls.length);
    for (let i = 0; i < calls.length; i++) {
      const dueMs = calls.dueMs(i);
      const shiftUs = this.#shiftOf(dueMs, calls.responseUs(i), calls.latenessUs(i));
      this.#shiftUs[i] = shiftUs;
      const second = Math.floor(dueMs / 1000);
      this.#keptBySecondUs.set(second, Math.max(shiftUs, this.#keptBySecondUs.get(second) ?? 0));
    }
    this.#byCell = groupedByCell(calls);
    this.#endedByMs = endsOf(record);
  }

  /**
   * Slow calls, failures and dropped starts that were kept of some cells, each with its shift. At most 500 were kept of each second: those
   * beyond are in no list, and whoever counts takes them for calls that the disturbance made slow.
   */
  calls(wanted: (cell: number) => boolean): readonly ShiftedCall[] {
    const { calls } = this.#record;
    const shifted: ShiftedCall[] = [];
    for (const [cell, places] of this.#byCell) {
      if (!wanted(cell)) continue;
      for (const i of places) {
        const dueMs = calls.dueMs(i);
        shifted.push({
          cell,
          dueMs,
          responseUs: calls.responseUs(i),
          shiftUs: this.#shiftUs[i] as number,
          outcome: calls.outcome(i),
          stretch: this.#stretchAt(dueMs)?.id ?? -1,
        });
      }
    }
    return shifted;
  }

  /** What the machine did in a stretch. @throws RangeError for an id of none. */
  stretch(id: number): StretchNoise {
    const stretch = this.#byId.get(id);
    if (stretch === undefined) throw new RangeError(`no stretch has the id ${id}`);
    const { startS, endS, users } = stretch;
    const [fromMs, toMs] = [startS * 1000, endS * 1000];
    const course = this.#course;
    let disturbedSeconds = 0;
    let seconds = 0;
    let largestLatenessUs = 0;
    let latenessSumUs = 0;
    for (let second = Math.floor(startS); second < endS; second++) {
      seconds++;
      const facts = this.#record.seconds.get(second);
      const latenessUs = facts?.latenessMaxUs ?? 0;
      const delayMs = course.between(Math.max(fromMs, second * 1000), Math.min(toMs, (second + 1) * 1000));
      if (delayMs > NOISY_MS || latenessUs / 1000 > SLIGHT_MS) disturbedSeconds++;
      largestLatenessUs = Math.max(largestLatenessUs, latenessUs);
      latenessSumUs += facts?.latenessSumUs ?? 0;
    }
    const serverMs = course.serverBetween(fromMs, toMs);
    const gapsMs = course.gapsBetween(fromMs, toMs);
    const causes: readonly (readonly [DelayCause, number])[] = [
      ['server-waited', serverMs],
      ['threads-held', gapsMs],
      ['starts-late', Math.max(0, largestLatenessUs / 1000 - gapsMs)],
    ];
    const medianInFlight = this.#calm.usual(id)?.median;
    const { maxInFlight, ratePerS } = stretch;
    return {
      delayMs: this.view === 'none' ? Number.POSITIVE_INFINITY : course.between(fromMs, toMs),
      disturbedSeconds,
      seconds,
      causes: causes
        .filter(([, ms]) => ms > SLIGHT_MS)
        .sort((a, b) => b[1] - a[1])
        .map(([cause]) => cause),
      largestLatenessUs,
      ...(medianInFlight === undefined ? {} : { medianInFlight }),
      ...(medianInFlight === undefined || maxInFlight === undefined || ratePerS === undefined || ratePerS <= 0
        ? {}
        : { fillMs: (1000 * Math.max(0, maxInFlight - medianInFlight)) / ratePerS }),
      ...(users === undefined || users === 0 || !(endS > startS)
        ? {}
        : { withheldShare: (latenessSumUs / 1000 + this.#heldMs(fromMs, toMs)) / (users * (toMs - fromMs)) }),
    };
  }

  /**
   * The largest shift that a call due in a second can have had, microseconds, of whatever length it was: the lateness of starts, and all delay
   * from the last calm moment before it was due to its end, which is when nothing was in flight at the latest. Infinity where that cannot be told.
   */
  shiftOfSecondUs(second: number): number {
    if (this.view === 'none') return Number.POSITIVE_INFINITY;
    const latenessUs = this.#record.seconds.get(second)?.latenessMaxUs ?? 0;
    if (this.view === 'unknown') return latenessUs;
    return Math.max(this.#keptBySecondUs.get(second) ?? 0, Math.max(...this.#byInstantUs(second)) + latenessUs);
  }

  /**
   * The same without lateness at each instant of the grid: what most calls of a second can have had, where the largest of one is not said of all.
   * Empty where that cannot be told.
   */
  shiftsInSecondUs(second: number): readonly number[] {
    return this.view === 'none' || this.view === 'unknown' ? [] : this.#byInstantUs(second);
  }

  #byInstantUs(second: number): readonly number[] {
    const endedByMs = this.#endedByMs.get(second) ?? (second + 1) * 1000;
    return Array.from({ length: INSTANTS_PER_S }, (_, instant) => {
      const atMs = second * 1000 + instant * GRID_MS;
      // What is due in this step is in flight after the next, unless a gap holds it.
      const endMs = Math.min(endedByMs, this.#calm.nextEmpty(atMs + 2 * GRID_MS));
      return Math.ceil(this.#course.between(this.#calm.lastBefore(atMs), endMs) * 1000);
    });
  }

  #shiftOf(dueMs: number, responseUs: number, latenessUs: number): number {
    if (this.view === 'none') return Number.POSITIVE_INFINITY;
    const startMs = dueMs + latenessUs / 1000;
    const endMs = dueMs + Math.max(responseUs, latenessUs) / 1000;
    const calmMs = this.#calm.lastBefore(dueMs);
    const delayMs = this.#course.ofCall(calmMs, dueMs, endMs);
    // A start that was late because its thread did not run has that gap among the delay.
    const lateMs = Math.max(0, startMs - dueMs - this.#course.gapsBetween(dueMs, startMs));
    const unseenMs = this.#course.isBehindGap(endMs, READ_BEHIND_MS) ? UNSEEN_MS : 0;
    return Math.ceil((delayMs + Math.max(lateMs, this.#passedOnMs(calmMs, dueMs)) + unseenMs) * 1000);
  }

  /**
   * A call behind others may have waited for one whose start was late, but for gaps: a turn of a load thread that takes longer than a millisecond
   * is one, so that no start is later than that without.
   */
  #passedOnMs(calmMs: number, dueMs: number): number {
    const last = Math.floor(dueMs / 1000);
    const first = Math.max(this.#firstSecond, Math.floor(calmMs / 1000));
    let latestUs = last - first > LOOKED_BACK_S ? LATE_WITHOUT_GAP_US : 0;
    for (let second = last; second >= first && latestUs < LATE_WITHOUT_GAP_US; second--)
      latestUs = Math.max(latestUs, this.#record.seconds.get(second)?.latenessMaxUs ?? 0);
    return Math.min(latestUs, LATE_WITHOUT_GAP_US) / 1000;
  }

  #heldMs(fromMs: number, toMs: number): number {
    let heldMs = 0;
    for (const { startMs, lengthMs, heldMs: held } of this.#record.gaps) {
      const overlap = Math.min(toMs, startMs + lengthMs) - Math.max(fromMs, startMs);
      if (overlap > 0) heldMs += (held * overlap) / lengthMs;
    }
    return heldMs;
  }

  /** The stretch in which a call was due; what lies between two, or behind the last, belongs to the one before. */
  #stretchAt(dueMs: number): Stretch | undefined {
    return this.#stretches[Math.max(0, firstAbove(this.#startsMs, dueMs) - 1)];
  }
}

/** Places of the calls of each cell. */
function groupedByCell(calls: NoiseRecord['calls']): ReadonlyMap<number, Uint32Array> {
  const counts = new Map<number, number>();
  for (let i = 0; i < calls.length; i++) counts.set(calls.cell(i), (counts.get(calls.cell(i)) ?? 0) + 1);
  const places = new Map([...counts].map(([cell, count]) => [cell, new Uint32Array(count)]));
  const filled = new Map<number, number>();
  for (let i = 0; i < calls.length; i++) {
    const cell = calls.cell(i);
    const at = filled.get(cell) ?? 0;
    (places.get(cell) as Uint32Array)[at] = i;
    filled.set(cell, at + 1);
  }
  return places;
}

/** When every call had ended that was due in a second: of those that ended in a later one, the longest tells how long before they may have been due. */
function endsOf({ seconds, calls }: NoiseRecord): ReadonlyMap<number, number> {
  const endsMs = new Map<number, number>();
  const note = (dueSecond: number, endMs: number): void => {
    if (endMs > (endsMs.get(dueSecond) ?? (dueSecond + 1) * 1000)) endsMs.set(dueSecond, endMs);
  };
  for (const [second, { longestUs }] of seconds) {
    const first = Math.max(0, Math.floor(second - longestUs / 1_000_000));
    for (let due = first; due < second; due++) note(due, Math.min((second + 1) * 1000, (due + 1) * 1000 + longestUs / 1000));
  }
  for (let i = 0; i < calls.length; i++) note(Math.floor(calls.dueMs(i) / 1000), calls.dueMs(i) + calls.responseUs(i) / 1000);
  return endsMs;
}
