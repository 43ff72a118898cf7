import type { RetryPolicy } from '../scenario/load.js';
import { OUTCOMES, type OutcomeClass } from '../scenario/outcome.js';
import { STREAM, uniformAt } from './random.js';

/** Longest `Retry-After` that is waited for; a server that asks for more gets no further attempt. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Failures that a sensible client tries again: those that pass by themselves. A wrong request stays wrong, a refused one stays refused,
 * and a lost session is renewed without a retry.
 */
export function isRetryable(outcome: OutcomeClass): boolean {
  if (outcome === 'rate-limited') return true;
  if (outcome === 'session-lost' || outcome === 'dropped' || outcome === 'unfinished') return false;
  const { taxonomy } = OUTCOMES[outcome];
  return taxonomy === 'availability' || taxonomy === 'latency';
}

/** Decides on further attempts of one load thread: their number, their pause, and the share of first attempts they may come to. */
export class RetryBudget {
  readonly #policy: RetryPolicy;
  readonly #seed: number;
  #firstAttempts = 0;
  #retries = 0;

  constructor(policy: RetryPolicy, seed: number) {
    this.#policy = policy;
    this.#seed = seed;
  }

  firstAttempt(): void {
    this.#firstAttempts += 1;
  }

  /**
   * Pause before the next attempt in milliseconds, or undefined when there is none. Backoff doubles with each attempt and is spread by
   * chance over its upper half, so that calls that failed together do not come back together; a `Retry-After` makes it longer.
   * @param attempts made so far, the first included
   */
  pauseAfter(outcome: OutcomeClass, attempts: number, retryAfterMs = 0): number | undefined {
    const { attempts: most, backoffMs, budget } = this.#policy;
    if (attempts >= most || !isRetryable(outcome) || retryAfterMs > LONGEST_RETRY_AFTER_MS) return undefined;
    if (this.#retries + 1 > budget * this.#firstAttempts) return undefined;
    const spread = 0.5 + 0.5 * uniformAt(this.#seed, STREAM.retry, this.#retries);
    this.#retries += 1;
    return Math.max(retryAfterMs, backoffMs * 2 ** (attempts - 1) * spread);
  }
}
