import type { OutcomeClass } from '../scenario/outcome.js';

/** Time series for charts: all arrays have the length of `t`; `null` where there is no figure. Latency in microseconds. */
export interface Series {
  /** Seconds from the start of the first phase, left edge of each bucket. */
  readonly t: readonly number[];
  /** Width of a bucket in seconds. */
  readonly stepS: number;
  readonly offeredPerS: readonly number[];
  readonly startedPerS: readonly number[];
  readonly completedPerS: readonly number[];
  readonly okPerS: readonly number[];
  readonly failedPerS: readonly number[];
  readonly droppedPerS: readonly number[];
  readonly inFlight: readonly number[];
  readonly response: {
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
  };
  readonly service: {
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
  };
  /** Errors per second by class. */
  readonly errorsPerS: Readonly<Partial<Record<OutcomeClass, readonly number[]>>>;
  readonly latenessP99Us: readonly (number | null)[];
  readonly generatorCores: readonly (number | null)[];
  readonly hostBusy: readonly (number | null)[];
  readonly processCores: readonly (number | null)[];
  readonly processRssBytes: readonly (number | null)[];
  readonly processThreads: readonly (number | null)[];
  readonly processDescriptors: readonly (number | null)[];
  readonly health: Readonly<Partial<Record<'live' | 'ready', readonly (0 | 1 | null)[]>>>;
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Percentile spectrum of judged segments: response and service time at rising percentiles, in microseconds. */
export interface Spectrum {
  readonly response: readonly { readonly percentile: number; readonly valueUs: number }[];
  readonly service: readonly { readonly percentile: number; readonly valueUs: number }[];
}
