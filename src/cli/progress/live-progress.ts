import { clockText, numberText, percentText, quantileText, rateText, spanText } from '../../text/figure-text.js';
import type { Console } from '../console.js';
import type { LiveFigures, LiveQuantiles, LiveSnapshot } from './live-figures.js';

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

/** One line about a run, for logs. */
export function progressLine(now: LiveSnapshot): string {
  const overS = Math.round(now.elapsedS - now.totalS);
  // The drain comes after the time that was planned, and is no part of it.
  const phase = now.phase !== undefined ? now.phase.name : overS > 0 ? `draining for ${spanText(overS)}` : 'draining';
  return [
    `${spanText(Math.round(Math.min(now.elapsedS, now.totalS)))} of ${spanText(Math.round(now.totalS))}`,
    phase,
    `offered ${rateText(now.offeredPerS)}, achieved ${rateText(now.achievedPerS)}`,
    `response ${quantiles(now.soFar)}`,
    `errors ${errorCount(now)}`,
    `in flight ${numberText(now.inFlight)}`,
  ].join(' | ');
}

/** A block about a run, rewritten each second on a terminal. */
export function progressBlock(now: LiveSnapshot): readonly string[] {
  const left = Math.max(0, now.totalS - now.elapsedS);
  const phase = now.phase === undefined ? 'draining' : `${now.phase.name} (${now.phase.kind}, ${leftText(now.phase.leftS)} left)`;
  const width = 30;
  const done = Math.round(Math.min(1, now.totalS === 0 ? 1 : now.elapsedS / now.totalS) * width);
  const classes = Object.entries(now.errors)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([name, count]) => `${name} ${count}`);
  return [
    `${'█'.repeat(done)}${'░'.repeat(width - done)}  ${leftText(left)} left of ${leftText(now.totalS)}   phase ${phase}`,
    `rate       offered ${rateText(now.offeredPerS)}   achieved ${rateText(now.achievedPerS)}   in flight ${numberText(now.inFlight)}`,
    `response   ${quantiles(now.soFar)}   (last ${now.latelyS} s: ${quantiles(now.lately)})`,
    `errors     ${errorCount(now)}${classes.length > 0 ? `: ${classes.join(', ')}` : ''}`,
  ];
}

function errorCount(now: LiveSnapshot): string {
  const count = Object.values(now.errors).reduce((sum, value) => sum + value, 0);
  if (count === 0 || now.offered === 0) return numberText(count);
  return `${numberText(count)} (${percentText(count / now.offered)})`;
}

function quantiles({ p50, p95, p99 }: LiveQuantiles): string {
  if (p50 === undefined) return 'nothing answered yet';
  return `p50 ${timeText(p50)} p95 ${timeText(p95)} p99 ${timeText(p99)}`;
}

/** `null` is a quantile among calls that were never answered: it has no time. */
const timeText = (us: number | null | undefined): string => quantileText(us ?? null, undefined);

/** A time that is counted down reaches zero when it is over, and not a second before. */
const leftText = (seconds: number): string => clockText(Math.ceil(seconds));
