import type { Clock } from '../call/clock.js';

/** Waits between attempts to open a lost session again, and between sessions that do not last. */
const BACK_OFF_MS = [250, 500, 1000, 2000, 5000] as const;
/** A session that is lost sooner after its opening than this did not last. */
const LASTING_MS = 5000;
/** Sessions that do not last are opened again this often on average, each; all together at least once a second. */
const SLOT_MS = 10_000;
const SLOWEST_MS = 1000;

/** The wait number `times`, from 1; the last one stays. */
export const backOffMs = (times: number): number => BACK_OFF_MS[Math.min(times, BACK_OFF_MS.length) - 1] ?? 0;

/**
 * How fast the sessions of one endpoint may be opened again, whoever's they are: at once where a session had lasted, else with longer and
 * longer waits, so that a server which forgets every session gets no storm of handshakes during its calls. Also whose turn it is to be put
 * to the test by a new session: one at a time.
 */
export class SessionRecovery {
  readonly #clock: Clock;
  /** When the next session that did not last is due, at an even pace. */
  #paceMs = 0;
  #sessions = 0;
  #testing = false;
  #testsInVain = 0;
  #nextTestMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One more session has its place at the endpoint. */
  grow(): void {
    this.#sessions++;
  }

  /** Sessions before this one in a row that did not last, this one included. @param startedMs when it began */
  shortLives(before: number, startedMs: number): number {
    return this.#clock.now() - startedMs < LASTING_MS ? before + 1 : 0;
  }

  /**
   * Milliseconds until a lost session may be opened again.
   * @param shortLives of its place; the first may be bad luck
   */
  pauseMs(shortLives: number): number {
    if (shortLives <= 1) return 0;
    const nowMs = this.#clock.now();
    const sessions = Math.max(1, this.#sessions);
    const everyMs = Math.min(SLOWEST_MS, SLOT_MS / sessions);
    const dueMs = Math.max(this.#paceMs, nowMs);
    this.#paceMs = dueMs + everyMs;
    // As many as there are sessions may come together.
    return Math.max(backOffMs(shortLives - 1), dueMs - nowMs - everyMs * (sessions - 1));
  }

  /** Whether a session may be put to the test now. */
  get mayTest(): boolean {
    return !this.#testing && this.#clock.now() >= this.#nextTestMs;
  }

  testing(): void {
    this.#testing = true;
  }

  /** @param inVain the session was not gone, or nothing could be found out */
  tested(inVain: boolean): void {
    this.#testing = false;
    this.#testsInVain = inVain ? this.#testsInVain + 1 : 0;
    this.#nextTestMs = this.#clock.now() + backOffMs(this.#testsInVain);
  }
}
