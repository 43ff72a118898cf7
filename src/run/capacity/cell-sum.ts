import { FailureTally } from '../../analysis/failure-tally.js';
import { COUNTERS, type Counter, HISTOGRAMS, type HistogramName } from '../../journal/cell-counters.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { CellSecond } from '../../journal/second-entry.js';
import type { TrialCell } from '../../journal/trial-entry.js';
import type { OutcomeClass } from '../../scenario/outcome.js';

/** The seconds of one cell added together, in the form in which a journal keeps them. */
export class CellSum {
  readonly #counts = new Map<Counter, number>();
  readonly #errors = new Map<OutcomeClass, number>();
  readonly #failures = new FailureTally();
  readonly #retried = new FailureTally();
  readonly #retryAfter = { count: 0, sumMs: 0, maxMs: 0 };
  readonly #histograms = new Map<HistogramName, LatencyHistogram>();

  constructor(
    readonly tool: string,
    readonly endpoint: string,
  ) {}

  /** Response times of answered successes. */
  get response(): LatencyHistogram | undefined {
    return this.#histograms.get('response');
  }

  /** Response times of answered failures. */
  get failedResponse(): LatencyHistogram | undefined {
    return this.#histograms.get('failedResponse');
  }

  count(name: Counter): number {
    return this.#counts.get(name) ?? 0;
  }

  errors(): ReadonlyMap<OutcomeClass, number> {
    return this.#errors;
  }

  add(second: CellSecond): void {
    for (const name of COUNTERS) {
      const more = second[name];
      if (more !== undefined) this.#counts.set(name, this.count(name) + more);
    }
    for (const [name, more] of Object.entries(second.errors ?? {})) {
      this.#errors.set(name as OutcomeClass, (this.#errors.get(name as OutcomeClass) ?? 0) + more);
    }
    if (second.failures !== undefined) this.#failures.addSecond(second.failures);
    if (second.retried !== undefined) this.#retried.addSecond(second.retried);
    if (second.retryAfter !== undefined) {
      const { count, sumMs, maxMs } = second.retryAfter;
      this.#retryAfter.count += count;
      this.#retryAfter.sumMs += sumMs;
      this.#retryAfter.maxMs = Math.max(this.#retryAfter.maxMs, maxMs);
    }
    for (const name of HISTOGRAMS) {
      const interval = second[name];
      if (interval === undefined) continue;
      const histogram = this.#histograms.get(name) ?? new LatencyHistogram();
      this.#histograms.set(name, histogram);
      histogram.addInterval(interval);
    }
  }

  toCell(): TrialCell {
    const counts = [...this.#counts].filter(([, count]) => count !== 0);
    const histograms = [...this.#histograms].flatMap(([name, histogram]) => {
      const interval = histogram.toInterval();
      return interval === undefined ? [] : [[name, interval] as const];
    });
    const failures = this.#failures.toSecond();
    const retried = this.#retried.toSecond();
    return {
      tool: this.tool,
      endpoint: this.endpoint,
      ...Object.fromEntries(counts),
      ...(this.#errors.size === 0 ? {} : { errors: Object.fromEntries(this.#errors) }),
      ...(failures === undefined ? {} : { failures }),
      ...(retried === undefined ? {} : { retried }),
      ...(this.#retryAfter.count === 0 ? {} : { retryAfter: { ...this.#retryAfter } }),
      ...Object.fromEntries(histograms),
    };
  }
}
