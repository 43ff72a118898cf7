/** What a gate may judge. Latencies are quantiles of the response time; `cpu` is CPU time a call. */
export const GATE_METRICS = ['p50', 'p95', 'p99', 'success', 'cpu'] as const;

export type GateMetric = (typeof GATE_METRICS)[number];

/** A metric that is judged by the ratio candidate / baseline of each pair. */
export type RatioMetric = Exclude<GateMetric, 'success'>;

/** What counts as worse, and up to what a metric still counts as not worse. Shares: 0.05 is 5 %. */
export interface RatioLimits {
  /** Smallest ratio above 1 that is called a regression. */
  readonly regression: number;
  /** Upper bound that the ratio must stay under to pass. */
  readonly margin: number;
}

export interface GateRule {
  /** Judged, in the order in which they are shown. */
  readonly metrics: readonly GateMetric[];
  readonly limits: Readonly<Record<RatioMetric, RatioLimits>>;
  /** By how much more often the candidate may fail, as a share of the calls. */
  readonly successMargin: number;
  /** Numbers of pairs at which the gate is looked at; what is seen at the first alone has to be confirmed. */
  readonly looks: readonly number[];
  /**
   * Spread of the log ratio that repeating the pairs cannot show, because the same processes answered in every pair; added to each standard error
   * in quadrature. 0 where every pair has fresh processes.
   */
  readonly constantSpread: number;
}

/** Chance that any metric of an unchanged build is called worse at one look. */
export const WORSE_ALPHA = 0.01;
/** Level of the one-sided bound under which a metric is not worse. */
export const NOT_WORSE_LEVEL = 0.95;
/** Pairs in which a metric has to be worse without a size (no answer at that quantile), or to have excess failures. */
export const PAIRS_WITHOUT_SIZE = 3;
