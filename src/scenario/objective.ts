/** Latency limits in milliseconds; only what is given is judged. */
export interface LatencyLimits {
  readonly p50Ms?: number;
  readonly p90Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
  readonly maxMs?: number;
}

/** Limits in milliseconds and ratios; only what is given is judged. Latency limits cover successes, those of `answered` failures too. */
export interface SloLimits extends LatencyLimits {
  readonly success?: number;
  /** Over every answered call, whatever the answer said. */
  readonly answered?: LatencyLimits;
}

export interface Slo extends SloLimits {
  /** False when the file has no `slo` and the default (99 %, p95 400 ms) stands in. */
  readonly declared: boolean;
  readonly tools: Readonly<Record<string, SloLimits>>;
  /** By segment kind or phase name. */
  readonly during: Readonly<Record<string, SloLimits>>;
  /** By tenant; absent where no tenant has limits of its own. */
  readonly tenants?: Readonly<Record<string, SloLimits>>;
}

/** The limits that stand in when a file has none; the report says so. */
export const DEFAULT_SLO = { success: 0.99, p95Ms: 400 } as const satisfies SloLimits;

export interface BaselineLimits {
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly errorRate?: number;
  readonly throughputPerS?: number;
  /** 1.5 = 50 % worse is a degradation (throughput downward: limit / tolerance; the rest upward: limit x tolerance). */
  readonly tolerance: number;
}
