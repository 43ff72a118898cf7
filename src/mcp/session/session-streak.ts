import { OUTCOMES, type OutcomeClass } from '../../scenario/outcome.js';

/** Calls in a row that make a session suspect. */
const LEAST = 5;
/** Chance at which failures that come and go may look like those of a session that is gone. */
const BY_CHANCE = 1e-6;

/** What the calls of a session came to, as far as it can tell whether the session is gone. */
export interface StreakOfSession {
  /** A call on it has succeeded. */
  served: boolean;
  /** Calls in a row, up to now, that ended in the same answered class. */
  streak: number;
  streakClass: OutcomeClass | undefined;
}

/**
 * Counts failures in a row of the same answered class, session by session. How many make a session suspect depends on how often calls fail in
 * between successes: a tool that fails half of the time must not look like a session that is gone.
 */
export class SessionStreaks {
  /** Calls that were started. */
  calls = 0;
  /** Failures after which the same session answered well again. */
  #passing = 0;

  succeeded(session: StreakOfSession): void {
    session.served = true;
    this.#end(session);
  }

  /** @returns whether the session is suspect now */
  failed(session: StreakOfSession, outcome: OutcomeClass): boolean {
    if (outcome !== session.streakClass) {
      this.#end(session);
      session.streakClass = tells(outcome) ? outcome : undefined;
    }
    if (session.streakClass === undefined) return false;
    session.streak++;
    return session.served && session.streak >= this.#needed();
  }

  #end(session: StreakOfSession): void {
    this.#passing += session.streak;
    session.streak = 0;
    session.streakClass = undefined;
  }

  #needed(): number {
    const share = Math.min(0.99, this.#passing / Math.max(1, this.calls));
    return share === 0 ? LEAST : Math.max(LEAST, Math.ceil(Math.log(BY_CHANCE) / Math.log(share)));
  }
}

/** Whether failures of a class can mean that the session is gone: a limit or a missing right is the caller's, and a new session would get round it. */
function tells(outcome: OutcomeClass): boolean {
  const { answered, taxonomy } = OUTCOMES[outcome];
  return answered && taxonomy !== 'security' && taxonomy !== 'quota' && outcome !== 'overloaded';
}
