import type { LoadClock, TimerHandle } from './load-clock.js';

/** A timer may fire this much late, so it is set to fire this much early. */
const TIMER_SLACK_MS = 2;
/** Longest single block of the thread; sockets are served between two of them. */
const LONGEST_SLEEP_MS = 0.02;
/** The loop looks around at least this often, whatever is due. */
const LONGEST_TIMER_MS = 1000;
/** While answers are awaited a turn is due this often: the later it comes, the later an answer may have been read. */
const WATCHED_TIMER_MS = 10;
/** A timer rings on whole milliseconds of the event loop's own clock: up to this much later it is on time. */
const TIMER_GRAIN_MS = 1;
/** A timer that rings later than its grain by less than this says nothing. */
const LEAST_LATE_MS = 0.25;
/** A turn that takes longer, or comes so much later than the sockets should have taken, holds up what arrives meanwhile. */
const LONGEST_TURN_MS = 1;

/** How old what the thread has waited may be when the loop goes to sleep. */
const FRESH_MS = 1;

/** What the loop tells of stretches in which neither starts nor answers were served. */
export interface GapWatch {
  /** Whether answers are awaited. */
  readonly awaiting: () => boolean;
  /** On the scale of the clock. Told in order of time. `owed`: something was to be done in it, a start for instance. */
  readonly onGap: (startMs: number, endMs: number, owed: boolean) => void;
  /** For how long this thread was ready to run and waited for a core, milliseconds since some time; absent where the system does not tell. */
  readonly waitedMs?: () => number;
}

/**
 * Holds starts to their due times: a timer until about 2 ms before, then short sleeps of at most 20 us with the sockets served in between.
 * Against plain timers this is about 20 times nearer to the due time, for 15 to 25 % of a core while starts follow one another closely.
 */
export class StartLoop {
  readonly #clock: LoadClock;
  readonly #work: (nowMs: number) => number;
  readonly #watch: GapWatch;
  readonly #step = (): void => this.#run();
  #timer: TimerHandle | undefined;
  #timerAtMs = 0;
  /** When something is to be done next. */
  #dueMs = 0;
  /** From here on the next turn is late. */
  #askedMs = 0;
  /** By how much it may be, and tell nothing. */
  #allowedMs = 0;
  /** When the last turn ended, or a little before, and what the thread had waited by then: kept while a timer stands. */
  #sleptFromMs = Number.NEGATIVE_INFINITY;
  #waitedBeforeMs = 0;
  #running = false;

  /**
   * @param work does what is due at `nowMs` and returns when it wants to be called again (both on the clock's scale; a time that has
   * passed means at once, after the sockets were served; Infinity means after the next `wakeBy` or within a second)
   */
  constructor(clock: LoadClock, work: (nowMs: number) => number, watch: GapWatch) {
    this.#clock = clock;
    this.#work = work;
    this.#watch = watch;
  }

  start(): void {
    this.#running = true;
    this.#next(this.#clock.now());
  }

  /** Something became due at `atMs`, perhaps earlier than what the loop sleeps for. */
  wakeBy(atMs: number): void {
    this.#dueMs = Math.min(this.#dueMs, atMs);
    if (this.#timer === undefined || atMs >= this.#timerAtMs) return;
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#next(this.#clock.now());
  }

  stop(): void {
    this.#running = false;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.#timer = undefined;
    if (!this.#running) return;
    const enteredMs = this.#clock.now();
    if (this.#allowedMs === LEAST_LATE_MS) this.#tellWait(enteredMs);
    if (enteredMs - this.#askedMs > this.#allowedMs) this.#watch.onGap(this.#askedMs, enteredMs, this.#dueMs < enteredMs);
    const dueMs = this.#work(enteredMs);
    this.#dueMs = dueMs;
    if (!this.#running) return;
    const nowMs = this.#clock.now();
    if (nowMs - enteredMs > LONGEST_TURN_MS) this.#watch.onGap(enteredMs, nowMs, true);
    const leftMs = dueMs - nowMs;
    if (leftMs > TIMER_SLACK_MS) {
      const longestMs = this.#watch.awaiting() ? WATCHED_TIMER_MS : LONGEST_TIMER_MS;
      const delayMs = Math.min(longestMs, Math.max(1, Math.floor(leftMs - TIMER_SLACK_MS)));
      this.#timerAtMs = nowMs + delayMs;
      this.#askedMs = this.#timerAtMs + TIMER_GRAIN_MS;
      this.#allowedMs = LEAST_LATE_MS;
      // Asking the system costs more than a turn: what is a millisecond old will do.
      if (nowMs - this.#sleptFromMs > FRESH_MS) {
        this.#sleptFromMs = nowMs;
        this.#waitedBeforeMs = this.#watch.waitedMs?.() ?? 0;
      }
      this.#timer = this.#clock.setTimer(this.#step, delayMs);
      return;
    }
    const sleepMs = Math.max(0, Math.min(leftMs, LONGEST_SLEEP_MS));
    if (sleepMs > 0) this.#clock.microSleep(sleepMs);
    this.#next(nowMs + sleepMs);
  }

  /**
   * While the loop slept answers may have come whose reading waited for a core, and the timer on time all the same. Where in between that
   * was is not known: at the beginning of it, each answer that waited is behind it.
   */
  #tellWait(enteredMs: number): void {
    const { waitedMs, onGap } = this.#watch;
    if (waitedMs === undefined) return;
    const lateMs = Math.max(0, enteredMs - this.#askedMs);
    const unseenMs = Math.min(waitedMs() - this.#waitedBeforeMs - lateMs, this.#askedMs - this.#sleptFromMs);
    if (unseenMs > LONGEST_TURN_MS) onGap(this.#sleptFromMs, this.#sleptFromMs + unseenMs, this.#dueMs < enteredMs);
  }

  /** A turn as soon as the sockets that are ready were served. */
  #next(askedMs: number): void {
    this.#askedMs = askedMs;
    this.#allowedMs = LONGEST_TURN_MS;
    this.#clock.immediate(this.#step);
  }
}
