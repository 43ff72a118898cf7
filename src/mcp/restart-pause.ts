import type { Clock } from './clock.js';

/** A session that was lost sooner than this is opened again with a pause before it: a server that dies at its first call must not be started without end. */
const SHORT_LIFE_MS = 1000;
const PAUSES_MS = [0, 250, 500, 1000, 2000, 5000] as const;

/** The pause before a session is opened again, longer with each that lived for a moment only. */
export class RestartPause {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #shortLives = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A session is lost. @param readyMs when it could take its first call; NaN: it never could */
  lost(readyMs: number): void {
    const short = !Number.isNaN(readyMs) && this.#clock.now() - readyMs < SHORT_LIFE_MS;
    this.#shortLives = short ? this.#shortLives + 1 : 0;
  }

  /** Resolves when it is over, or given up. */
  wait(): Promise<void> {
    const pauseMs = PAUSES_MS[Math.min(this.#shortLives, PAUSES_MS.length - 1)] ?? 0;
    if (pauseMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        this.#clock.clearTimer(timer);
        this.#waiting.delete(over);
        resolve();
      };
      const timer = this.#clock.setTimer(over, pauseMs);
      this.#waiting.add(over);
    });
  }

  giveUp(): void {
    for (const over of [...this.#waiting]) over();
  }
}
