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

/** One of the two runs, searches or gates. */
export interface ComparedRun {
  readonly id: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly startedAt: string;
  readonly durationS: number;
  readonly version: string;
}

/** One of the two baseline files. */
export interface ComparedBaseline {
  readonly file: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly savedAt: string;
  readonly runs: number;
  /** Host, boot and day together; absent where a run of an older version does not tell its own. */
  readonly sittings?: number;
}

interface Compared<Kind extends string, Side> {
  readonly schema: 'plimsoll.compare/1';
  readonly kind: Kind;
  readonly a: Side;
  readonly b: Side;
  /** What else than the build may have made a difference, a sentence each. Empty where nothing of the kind is known. */
  readonly caveats: readonly string[];
  /** What two of the kind can prove. */
  readonly proof: string;
}

/** How far two measurements of one build lie apart on a machine. */
export interface ComparedNoise {
  /** ISO 8601, UTC. */
  readonly selfCheckAt: string;
  readonly pairs: number;
  /** Metric -> change that 19 of 20 pairs of one build stay below, as a share: 0.1 is up to 10 % more, or 1 / 1.1. */
  readonly within: Readonly<Record<string, number>>;
}

/** Two runs side by side. */
export interface RunComparison extends Compared<'runs', ComparedRun> {
  /** What the last self-check of a gate on the same machine says of noise; absent where none is known. */
  readonly noise?: ComparedNoise;
  readonly scopes: readonly ComparedScope[];
}

/**
 * How a value is to be read. `change`: a share by which a candidate differs from its baseline; `points`: of all calls; `seconds` and `microseconds` of time;
 * `per-second` a rate; `share` of a whole; `text`: words.
 */
export type ComparedUnit =
  | 'change'
  | 'points'
  | 'share'
  | 'microseconds'
  | 'seconds'
  | 'per-second'
  | 'bytes'
  | 'cores'
  | 'count'
  | 'text';

/** What one side says of a figure. */
export interface ComparedValue {
  /** `null` among calls that were never answered. */
  readonly value: number | string | null;
  /** 95 %, unless the figure says another level. */
  readonly interval?: readonly [low: number, high: number];
}

/** A figure of both sides; a side that does not know it is absent. */
export interface ComparedFigure {
  readonly name: string;
  readonly unit: ComparedUnit;
  readonly a?: ComparedValue;
  readonly b?: ComparedValue;
  /** How B differs from A: B / A - 1; of `change` (1 + B) / (1 + A) - 1; of shares and points B - A. Absent where a side has no number. */
  readonly change?: number;
  /** Bounds of `change` from the intervals of both sides. */
  readonly changeInterval?: readonly [low: number, high: number];
  /** What the change means, in words. */
  readonly note?: string;
  /** What `--fail-on` takes for worse. Absent: it cannot be asked for. */
  readonly worse?: 'higher' | 'lower';
}

/** Figures that belong together. */
export interface ComparedGroup {
  readonly by: 'all' | 'search' | 'resources' | 'sizing' | 'metric' | 'tool';
  readonly name: string;
  readonly figures: readonly ComparedFigure[];
}

/** Two capacity searches side by side. */
export interface CapacityComparison extends Compared<'capacity', ComparedRun> {
  readonly groups: readonly ComparedGroup[];
}

/** Two gates side by side. */
export interface GateComparison extends Compared<'gates', ComparedRun> {
  readonly groups: readonly ComparedGroup[];
}

/** Two baseline files side by side. */
export interface BaselineComparison extends Compared<'baselines', ComparedBaseline> {
  readonly groups: readonly ComparedGroup[];
}

/** Two of one kind side by side. */
export type Comparison = RunComparison | CapacityComparison | GateComparison | BaselineComparison;
