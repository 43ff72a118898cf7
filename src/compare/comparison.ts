/** A quantile of one run. */
export interface ComparedQuantile {
  /** Microseconds; `null` among calls that were never answered. */
  readonly us: number | null;
  /** Its own 95 % interval, microseconds, from order statistics; absent where its calls are too few. `high` is `null` where nothing bounds it. */
  readonly interval?: { readonly low: number; readonly high: number | null };
}

export const COMPARED_QUANTILES = ['p50', 'p95', 'p99'] as const;
export type ComparedQuantileName = (typeof COMPARED_QUANTILES)[number];

/** What is compared. */
export const COMPARED_METRICS = [...COMPARED_QUANTILES, 'success', 'goodput'] as const;
export type ComparedMetric = (typeof COMPARED_METRICS)[number];

/** One run's figures of a phase, of a tool or of all judged calls. What is not known is absent, never zero. */
export interface ComparedFigures extends Readonly<Partial<Record<ComparedQuantileName, ComparedQuantile>>> {
  /** Calls that became due and that the generator did not give up. */
  readonly calls: number;
  /** Of these, how many did not succeed. */
  readonly failed: number;
  /** Share of calls that succeeded. */
  readonly success?: number;
  /** Successful calls per second. */
  readonly goodput?: number;
}

/** The same stretch or tool in both runs; a side is absent where only the other run has it. */
export interface ComparedScope {
  readonly by: 'all' | 'phase' | 'tool';
  readonly name: string;
  readonly a?: ComparedFigures;
  readonly b?: ComparedFigures;
  /**
   * How B differs from A: of a latency and of goodput B / A - 1, of success B - A. Absent where a side has no figure, or none that was answered.
   */
  readonly change: Readonly<Partial<Record<ComparedMetric, number>>>;
}

/** One of the two runs. */
export interface ComparedRun {
  readonly id: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly startedAt: string;
  readonly durationS: number;
  readonly version: string;
}

/** Two runs side by side. */
export interface Comparison {
  readonly schema: 'plimsoll.compare/1';
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** What else than the build may have made a difference, a sentence each. Empty where nothing of the kind is known. */
  readonly caveats: readonly string[];
  /** What two runs can prove. */
  readonly proof: string;
  readonly scopes: readonly ComparedScope[];
}
