import type { OutcomeClass } from '../../scenario/outcome.js';

/** Calls on the new session that have to succeed. */
const SUCCESSES = 3;
/** Answers that decide nothing (another class, or none) after which the test is given up. */
const UNDECIDED = 20;

/**
 * A session under suspicion is put to the test: the next calls go to a new session and, when three of them have succeeded, one more to the
 * suspect. It is gone when that one fails as those before it did. Without the last step a server that has recovered by itself in between,
 * or fails at random, would be told to have lost its sessions.
 */
export class SessionTest<S> {
  #successes = 0;
  #undecided = 0;
  /** Calls of the test that are under way, on the new session and on the suspect. */
  #given = 0;
  #controls = 0;

  /** @param how the class in which all its calls ended */
  constructor(
    readonly suspect: S,
    readonly probe: S,
    readonly how: OutcomeClass,
  ) {}

  /** Which session the next call tells most on; undefined: enough are under way. */
  next(): S | undefined {
    if (this.#successes < SUCCESSES) {
      if (this.#given >= SUCCESSES - this.#successes) return undefined;
      this.#given++;
      return this.probe;
    }
    if (this.#controls > 0) return undefined;
    this.#controls++;
    return this.suspect;
  }

  /** A call on one of the two has ended; calls that the suspect had in flight before count where they succeed. */
  ended(session: S, outcome: OutcomeClass): 'gone' | 'stands' | 'in vain' | undefined {
    if (session === this.suspect) {
      if (outcome === 'ok') return 'stands';
      if (this.#controls === 0) return undefined;
      if (outcome === this.how) return 'gone';
      this.#controls = 0;
    } else {
      this.#given = Math.max(0, this.#given - 1);
      if (outcome === 'ok') {
        this.#successes++;
        return undefined;
      }
      if (outcome === this.how) return 'stands';
    }
    return ++this.#undecided >= UNDECIDED ? 'in vain' : undefined;
  }
}
