/**
 * Circuit breaker: after `failures` in a row it refuses at once for `openMs`, then lets one call through to see whether the dependency is
 * back. A pure state machine over a clock that is handed in.
 */
export class Breaker {
  readonly #failures: number;
  readonly #openMs: number;
  readonly #nowMs: () => number;
  #inRow = 0;
  #openedAtMs: number | undefined;
  #probing = false;

  constructor({ failures, openMs, nowMs }: { readonly failures: number; readonly openMs: number; readonly nowMs: () => number }) {
    this.#failures = failures;
    this.#openMs = openMs;
    this.#nowMs = nowMs;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openedAtMs === undefined) return 'closed';
    return this.#nowMs() - this.#openedAtMs >= this.#openMs ? 'half-open' : 'open';
  }

  /** Whether a call may go through now. In half-open only one may, until it is known how it ended. */
  admit(): boolean {
    const { state } = this;
    if (state === 'closed') return true;
    if (state === 'open' || this.#probing) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#inRow = 0;
    this.#openedAtMs = undefined;
    this.#probing = false;
  }

  failed(): void {
    this.#inRow++;
    this.#probing = false;
    if (this.#openedAtMs !== undefined || this.#inRow >= this.#failures) this.#openedAtMs = this.#nowMs();
  }
}
