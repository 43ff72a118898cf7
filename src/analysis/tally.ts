import { COUNTERS, type Counter, HISTOGRAMS, type HistogramName } from '../journal/cell-counters.js';
import type { IntervalHistogram } from '../journal/interval-histogram.js';
import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { CellSecond } from '../journal/second-entry.js';
import { unansweredIn } from '../journal/unanswered.js';
import type { CallCounts, ErrorFigure, Figures, RetriedFigure } from '../result/call-figures.js';
import type { LatencyFigures, LatencyTable } from '../result/latency-figures.js';
import { OUTCOMES, type OutcomeClass } from '../scenario/outcome.js';
import { type ClassFailures, FailureTally } from './failure-tally.js';
import { oneDurationOf } from './one-duration.js';

/** First time and first words of each class of error, kept beside the counts. */
export interface ErrorEvidence {
  readonly failed: ReadonlyMap<OutcomeClass, { readonly firstAtS: number; readonly sample?: string }>;
  /** First words of what was tried again. */
  readonly retried: ReadonlyMap<OutcomeClass, string>;
}

/** Everything that was counted for one cell, or for cells added together. Adding is exact and in any order. */
export class Tally {
  readonly #counters = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;
  readonly #histograms: Partial<Record<HistogramName, LatencyHistogram>> = {};
  readonly #errors = new Map<OutcomeClass, number>();
  readonly #failures = new FailureTally();
  readonly #retried = new FailureTally();
  readonly #retryAfter = { count: 0, sumMs: 0, maxMs: 0 };

  /** Adds one second of a cell. @throws TypeError or RangeError when it holds what no run can have written. */
  addSecond(second: CellSecond): void {
    for (const name of COUNTERS) {
      const count = second[name] ?? 0;
      if (typeof count !== 'number') throw new TypeError(`${name} is not a number: ${JSON.stringify(count)}`);
      this.#counters[name] += count;
    }
    for (const name of HISTOGRAMS) {
      const interval = second[name];
      if (interval !== undefined) this.#histogram(name).addInterval(interval);
    }
    if (second.retryAfter !== undefined) this.#addRetryAfter(second.retryAfter);
    if (second.failures !== undefined) this.#failures.addSecond(second.failures);
    if (second.retried !== undefined) this.#retried.addSecond(second.retried);
    if (second.errors === undefined) return;
    for (const [name, count] of Object.entries(second.errors)) {
      if (OUTCOMES[name as OutcomeClass] === undefined) throw new TypeError(`${JSON.stringify(name)} is not an outcome class`);
      this.#addError(name as OutcomeClass, count);
    }
  }

  /** Adds all of another tally. */
  add(other: Tally): void {
    for (const name of COUNTERS) this.#counters[name] += other.#counters[name];
    for (const name of HISTOGRAMS) {
      const histogram = other.#histograms[name];
      if (histogram !== undefined) this.#histogram(name).add(histogram);
    }
    this.#failures.add(other.#failures);
    this.#retried.add(other.#retried);
    this.#addRetryAfter(other.#retryAfter);
    for (const [name, count] of other.#errors) this.#addError(name, count);
  }

  count(name: Counter): number {
    return this.#counters[name];
  }

  /** Calls that got no answer, and that the server has to answer for: they rank above every answered one. */
  get unanswered(): number {
    const { dropped, unfinished } = this.#counters;
    return unansweredIn({ dropped, unfinished, errors: Object.fromEntries(this.#errors) });
  }

  /** Response times of answered successes. */
  get response(): LatencyHistogram {
    return this.#histogram('response');
  }
  get service(): LatencyHistogram {
    return this.#histogram('service');
  }
  /** Response times of answered failures. */
  get failedResponse(): LatencyHistogram {
    return this.#histogram('failedResponse');
  }
  /** Classes of attempts that were tried again. */
  get retriedClasses(): readonly OutcomeClass[] {
    return this.#retried.classes().map(([name]) => name);
  }
  /** Failures by class; calls that were dropped or did not end are counters. */
  get errorCounts(): ReadonlyMap<OutcomeClass, number> {
    return this.#errors;
  }
  errorCount(name: OutcomeClass): number {
    return this.#errors.get(name) ?? 0;
  }
  get responseInterval(): IntervalHistogram | undefined {
    return this.#histograms.response?.toInterval();
  }
  get failedResponseInterval(): IntervalHistogram | undefined {
    return this.#histograms.failedResponse?.toInterval();
  }

  /** What was added, in the form in which a journal keeps a second. */
  toSecond(): Omit<CellSecond, 'cell'> {
    const counts = COUNTERS.flatMap((name) => (this.#counters[name] === 0 ? [] : [[name, this.#counters[name]] as const]));
    const histograms = HISTOGRAMS.flatMap((name) => {
      const interval = this.#histograms[name]?.toInterval();
      return interval === undefined ? [] : [[name, interval] as const];
    });
    const failures = this.#failures.toSecond();
    const retried = this.#retried.toSecond();
    return {
      ...Object.fromEntries(counts),
      ...(this.#errors.size === 0 ? {} : { errors: Object.fromEntries(this.#errors) }),
      ...(failures === undefined ? {} : { failures }),
      ...(retried === undefined ? {} : { retried }),
      ...(this.#retryAfter.count === 0 ? {} : { retryAfter: { ...this.#retryAfter } }),
      ...Object.fromEntries(histograms),
    };
  }

  /** @param seconds time covered, for rates; undefined where a group has no time of its own (edge). */
  figures(seconds: number | undefined, evidence?: ErrorEvidence): Figures {
    const { count, sumMs, maxMs } = this.#retryAfter;
    return {
      counts: this.#counts(seconds),
      latencyUs: this.#latency(),
      errors: this.#errorFigures(evidence),
      ...this.#retriedFigures(evidence),
      ...this.#interaction(),
      ...(count === 0 ? {} : { retryAfterMs: { count, mean: Math.round(sumMs / count), max: maxMs } }),
    };
  }

  #interaction(): Pick<Figures, 'interaction'> {
    const { rounds, polls, progress } = this.#counters;
    if (rounds + polls + progress === 0) return {};
    const { clientDelay } = this.#histograms;
    return {
      interaction: {
        rounds,
        polls,
        progress,
        ...(clientDelay === undefined ? {} : { clientDelayUs: latencyFigures(clientDelay, 0) }),
      },
    };
  }

  #counts(seconds: number | undefined): CallCounts {
    const {
      offered,
      started,
      ok,
      failed,
      dropped,
      droppedByGenerator,
      unfinished,
      retries,
      okAfterRetry,
      cancelled,
      bytesSent,
      bytesReceived,
    } = this.#counters;
    const completed = ok + failed;
    const accountable = offered - droppedByGenerator - cancelled;
    const rates =
      seconds === undefined || seconds <= 0
        ? {}
        : { offeredRate: offered / seconds, achievedRate: completed / seconds, goodput: ok / seconds };
    return {
      offered,
      started,
      completed,
      ok,
      failed,
      dropped,
      droppedByGenerator,
      unfinished,
      retries,
      ...(okAfterRetry === 0 ? {} : { okAfterRetry }),
      ...(cancelled === 0 ? {} : { cancelled }),
      ...rates,
      ...(accountable > 0 ? { successRate: ok / accountable } : {}),
      ...(accountable > 0 && retries > 0 ? { firstAttemptSuccessRate: (ok - okAfterRetry) / accountable } : {}),
      bytes: { sent: bytesSent, received: bytesReceived },
    };
  }

  #latency(): LatencyTable {
    const { failedResponse } = this.#histograms;
    const unanswered = this.unanswered;
    return {
      response: latencyFigures(this.#histograms.response, unanswered),
      service: latencyFigures(this.#histograms.service, unanswered),
      firstByte: latencyFigures(this.#histograms.firstByte, unanswered),
      ...(failedResponse === undefined || failedResponse.count === 0 ? {} : { failed: latencyFigures(failedResponse, 0) }),
    };
  }

  #errorFigures(evidence: ErrorEvidence | undefined): readonly ErrorFigure[] {
    const counts = new Map<OutcomeClass, number>(this.#errors);
    const { dropped, droppedByGenerator, unfinished } = this.#counters;
    for (const [name, count] of [
      ['dropped', dropped],
      ['dropped-by-generator', droppedByGenerator],
      ['unfinished', unfinished],
    ] as const) {
      if (count > 0) counts.set(name, (counts.get(name) ?? 0) + count);
    }
    return [...counts]
      .map(([name, count]) => ({
        class: name,
        taxonomy: OUTCOMES[name].taxonomy,
        count,
        ...this.#attempts(name, this.#failures.of(name)),
        ...evidence?.failed.get(name),
      }))
      .sort(byCount);
  }

  #retriedFigures(evidence: ErrorEvidence | undefined): Pick<Figures, 'retried'> {
    const retried = this.#retried.classes().map(([name, failures]): RetriedFigure => {
      const sample = evidence?.retried.get(name);
      return {
        class: name,
        taxonomy: OUTCOMES[name].taxonomy,
        count: failures.count,
        ...this.#attempts(name, failures),
        ...(sample === undefined ? {} : { sample }),
      };
    });
    return retried.length === 0 ? {} : { retried: retried.sort(byCount) };
  }

  #attempts(name: OutcomeClass, failures: ClassFailures | undefined): Pick<ErrorFigure, 'answers' | 'tookUs' | 'oneDuration'> {
    if (failures === undefined || failures.count === 0) return {};
    const answers = failures.answers();
    const oneDuration = oneDurationOf(name, failures.took, this.service);
    return {
      ...(answers.length === 0 ? {} : { answers }),
      tookUs: latencyFigures(failures.took, 0),
      ...(oneDuration === undefined ? {} : { oneDuration }),
    };
  }

  #histogram(name: HistogramName): LatencyHistogram {
    let histogram = this.#histograms[name];
    if (histogram === undefined) {
      histogram = new LatencyHistogram();
      this.#histograms[name] = histogram;
    }
    return histogram;
  }

  #addRetryAfter({ count, sumMs, maxMs }: { readonly count: number; readonly sumMs: number; readonly maxMs: number }): void {
    this.#retryAfter.count += count;
    this.#retryAfter.sumMs += sumMs;
    this.#retryAfter.maxMs = Math.max(this.#retryAfter.maxMs, maxMs);
  }

  #addError(name: OutcomeClass, count: number): void {
    this.#errors.set(name, (this.#errors.get(name) ?? 0) + count);
  }
}

const byCount = (a: ErrorFigure | RetriedFigure, b: ErrorFigure | RetriedFigure): number =>
  b.count - a.count || a.class.localeCompare(b.class);

/** Figures of one histogram; absent histograms give only the count of unanswered calls. */
export function latencyFigures(histogram: LatencyHistogram | undefined, unanswered: number): LatencyFigures {
  const count = histogram?.count ?? 0;
  if (count + unanswered === 0) return { count, unanswered };
  const full = histogram ?? new LatencyHistogram();
  const at = (quantile: number): number | null => full.percentile(quantile, unanswered) ?? null;
  const { minUs, meanUs, maxUs } = full;
  return {
    count,
    ...(minUs === undefined ? {} : { min: minUs }),
    ...(meanUs === undefined ? {} : { mean: Math.round(meanUs) }),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: unanswered > 0 ? null : (maxUs ?? null),
    unanswered,
  };
}
