import type { Console } from '../console.js';
import type { LiveFigures } from './live-figures.js';
import { progressBlock, progressLine } from './progress-text.js';

const LINE_EVERY_MS = 10_000;
const BLOCK_EVERY_MS = 1_000;

/** Shows a run while it lasts, on stderr: a block rewritten each second on a terminal, a line every 10 s elsewhere. */
export class LiveProgress {
  readonly #timer: NodeJS.Timeout;
  readonly #clear: () => void;
  readonly #console: Console;

  constructor(figures: LiveFigures, startedAtMs: number, console: Console) {
    this.#console = console;
    const elapsedS = (): number => Math.max(0, (Date.now() - startedAtMs) / 1000);
    if (console.errIsTty) {
      const block = console.block();
      this.#timer = setInterval(() => block.draw(progressBlock(figures.snapshot(elapsedS()))), BLOCK_EVERY_MS);
      this.#clear = () => block.clear();
    } else {
      this.#timer = setInterval(() => console.err(progressLine(figures.snapshot(elapsedS()))), LINE_EVERY_MS);
      this.#clear = () => {};
    }
    // Showing a run must never be what keeps it alive.
    this.#timer.unref();
  }

  /** Writes a line above the block, which is drawn again below it. */
  say(text: string): void {
    this.#clear();
    this.#console.err(text);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }
}
