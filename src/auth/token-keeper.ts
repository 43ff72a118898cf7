import { PlimsollError } from '../errors/plimsoll-error.js';
import { latencyText, spanText } from '../text/figure-text.js';
import type { Token, TokenSource } from './token.js';

export interface TokenClock {
  /** Monotonic milliseconds. */
  now(): number;
  setTimer(act: () => void, delayMs: number): { unref?(): unknown };
  clearTimer(timer: object): void;
}

export interface TokenKeeperOptions {
  readonly source: TokenSource;
  /** Fetch anew after so long, whatever the token says of itself. */
  readonly refreshMs?: number;
  readonly clock: TokenClock;
  /** The token that counts from now on; undefined: the last one has run out and no other could be had. */
  readonly onToken: (token: string | undefined) => void;
  /** What happened, in a sentence without secrets, and how long the token endpoint or command took. */
  readonly onEvent: (level: 'info' | 'warning', text: string) => void;
}

/** A new token is fetched after this share of the life of the old one: a slow token endpoint still has the rest. */
const REFRESH_AT = 0.8;
/** Never more often than this, whatever lifetime a token claims. */
const LEAST_REFRESH_MS = 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Waits between attempts when a refresh fails. */
const BACK_OFF_MS = [1000, 2000, 5000, 10_000] as const;

/** One token for all callers: fetched before the load, and again ahead of its end, beside the load and never inside a timed call. */
export class TokenKeeper {
  readonly #options: TokenKeeperOptions;
  #timer: object | undefined;
  #expiryTimer: object | undefined;
  #closed = false;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
  }

  /** The first token. @throws what the source throws */
  async open(): Promise<string> {
    const { clock } = this.#options;
    const startedMs = clock.now();
    const token = await this.#fetched();
    this.#taken(token, startedMs);
    return token.value;
  }

  close(): void {
    this.#closed = true;
    for (const timer of [this.#timer, this.#expiryTimer]) if (timer !== undefined) this.#options.clock.clearTimer(timer);
  }

  async #fetched(): Promise<Token> {
    const token = await this.#options.source();
    if (token.lifetimeS === undefined || token.lifetimeS > 0) return token;
    throw new PlimsollError('the token had already run out when it was obtained', 'target', {
      hint: 'where it comes from keeps old ones, or the clocks of the two machines differ',
    });
  }

  #taken({ lifetimeS }: Token, startedMs: number): void {
    const { clock, refreshMs, onEvent } = this.#options;
    const tookMs = Math.round(clock.now() - startedMs);
    onEvent(
      'info',
      `a token was obtained in ${latencyText(tookMs * 1000)}${lifetimeS === undefined ? '' : `, good for ${spanText(lifetimeS)}`}`,
    );
    if (this.#closed) return;
    if (this.#expiryTimer !== undefined) clock.clearTimer(this.#expiryTimer);
    this.#expiryTimer = undefined;
    const lifetimeMs = lifetimeS === undefined ? undefined : Math.max(0, lifetimeS * 1000);
    if (lifetimeMs !== undefined && lifetimeMs <= LONGEST_TIMER_MS)
      this.#expiryTimer = this.#at(lifetimeMs, () => this.#expired());
    const nextMs = Math.min(refreshMs ?? Number.POSITIVE_INFINITY, (lifetimeMs ?? Number.POSITIVE_INFINITY) * REFRESH_AT);
    if (nextMs <= LONGEST_TIMER_MS) this.#timer = this.#at(Math.max(LEAST_REFRESH_MS, nextMs), () => void this.#refresh(0));
  }

  async #refresh(failures: number): Promise<void> {
    const { clock, onToken, onEvent } = this.#options;
    const startedMs = clock.now();
    try {
      const token = await this.#fetched();
      if (this.#closed) return;
      onToken(token.value);
      this.#taken(token, startedMs);
    } catch (error) {
      if (this.#closed) return;
      onEvent('warning', `the token could not be renewed: ${error instanceof Error ? error.message : String(error)}`);
      const pauseMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)]!;
      this.#timer = this.#at(pauseMs, () => void this.#refresh(failures + 1));
    }
  }

  #expired(): void {
    this.#expiryTimer = undefined;
    this.#options.onToken(undefined);
    this.#options.onEvent('warning', 'the token has run out and no other could be had: calls end as token-unavailable');
  }

  #at(delayMs: number, act: () => void): object {
    const timer = this.#options.clock.setTimer(act, delayMs);
    timer.unref?.();
    return timer;
  }
}

export const systemTokenClock: TokenClock = {
  now: () => performance.now(),
  setTimer: (act, delayMs) => setTimeout(act, delayMs),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
