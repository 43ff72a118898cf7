import { indexOf } from '../../journal/hdr-index.js';
import type { IntervalHistogram } from '../../journal/interval-histogram.js';
import type { CellSecond, SecondEntry } from '../../journal/second-entry.js';
import { unansweredIn } from '../../journal/unanswered.js';
import type { LatencyLimits, SloLimits } from '../../scenario/objective.js';
import { QUANTILE_LIMITS } from '../../scenario/quantile-limits.js';

/** A latency limit of the plain SLO: share `quantile` of the calls at most `limitUs`. The largest value has quantile 1. */
export interface LatencyLimit {
  readonly name: string;
  readonly quantile: number;
  readonly limitUs: number;
  /** Over every answered call, not successes alone. */
  readonly answered?: true;
}

/** What ended in one second, over all tools, and what became due in it. Sums of seconds are figures of a window. */
export interface SecondCounts {
  offered: number;
  ok: number;
  /** Ended in any other way than by success, dropped and unfinished included. */
  bad: number;
  /** Of those: without an answer. */
  unanswered: number;
  /** Mean calls in flight, over all load threads. */
  inFlight: number;
  /** Answered calls that a latency limit covers and that lie above it, for each limit. */
  readonly over: number[];
}

/** The latency limits of the plain SLO, which say whether a window lies inside it. */
export function latencyLimitsOf(slo: SloLimits): readonly LatencyLimit[] {
  const limitsOver = (limits: LatencyLimits, answered: boolean): LatencyLimit[] =>
    [...QUANTILE_LIMITS, ['the largest', 'maxMs', 1] as const].flatMap(([name, key, quantile]) => {
      const limitMs = limits[key];
      return limitMs === undefined
        ? []
        : [{ name, quantile, limitUs: limitMs * 1000, ...(answered ? { answered: true as const } : {}) }];
    });
  return [...limitsOver(slo, false), ...limitsOver(slo.answered ?? {}, true)];
}

/** What a record takes of a second of one load thread, or of all of them together. */
export interface RecordedSecond extends Pick<SecondEntry, 't' | 'inFlight'> {
  readonly cells: readonly Omit<CellSecond, 'cell'>[];
}

/** One small record a second of the whole run: what detection and recovery are read from. */
export class SecondRecord {
  readonly #seconds: SecondCounts[] = [];
  constructor(readonly limits: readonly LatencyLimit[]) {}

  add({ t, inFlight, cells }: RecordedSecond): void {
    const second = this.at(t);
    second.inFlight += inFlight;
    for (const cell of cells) {
      const { offered = 0, ok = 0, failed = 0, dropped = 0, unfinished = 0, response, failedResponse } = cell;
      second.offered += offered;
      second.ok += ok;
      second.bad += failed + dropped + unfinished;
      second.unanswered += unansweredIn(cell);
      for (const [i, { limitUs, answered }] of this.limits.entries()) {
        const above = countAbove(response, limitUs) + (answered ? countAbove(failedResponse, limitUs) : 0);
        second.over[i] = (second.over[i] ?? 0) + above;
      }
    }
  }

  /** Seconds recorded. */
  get length(): number {
    return this.#seconds.length;
  }

  at(t: number): SecondCounts {
    for (let next = this.#seconds.length; next <= t; next++) this.#seconds.push(emptySecond(this.limits.length));
    return this.#seconds[t] as SecondCounts;
  }

  /** Counts of whole seconds [fromT, toT) added together; `inFlight` is their largest. Seconds that were not recorded count nothing. */
  window(fromT: number, toT: number): SecondCounts {
    const sum = emptySecond(this.limits.length);
    for (const { offered, ok, bad, unanswered, inFlight, over } of this.#seconds.slice(Math.max(0, fromT), Math.max(0, toT))) {
      sum.offered += offered;
      sum.ok += ok;
      sum.bad += bad;
      sum.unanswered += unanswered;
      sum.inFlight = Math.max(sum.inFlight, inFlight);
      for (const [i, count] of over.entries()) sum.over[i] = (sum.over[i] ?? 0) + count;
    }
    return sum;
  }
}

const emptySecond = (limits: number): SecondCounts => ({
  offered: 0,
  ok: 0,
  bad: 0,
  unanswered: 0,
  inFlight: 0,
  over: Array.from({ length: limits }, () => 0),
});

/** Values above a limit, exact to the bucket that holds it. */
function countAbove(histogram: IntervalHistogram | undefined, limitUs: number): number {
  if (histogram === undefined || histogram.maxUs <= limitUs) return 0;
  const { counts } = histogram;
  const limitIndex = indexOf(Math.floor(limitUs));
  let index = 0;
  let above = 0;
  for (let i = 0; i + 1 < counts.length; i += 2) {
    index += counts[i] as number;
    if (index > limitIndex) above += counts[i + 1] as number;
  }
  return above;
}
