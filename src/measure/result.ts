import type { CapacityFigures } from '../capacity/capacity-figures.js';
import type { Segment, SegmentKind } from '../load/segment.js';
import type { OutcomeClass, Taxonomy } from '../mcp/outcome.js';
import type { Slo } from '../scenario/objective.js';
import type { FaultFigures } from './fault-figures.js';
import type {
  CapacityStart,
  IntervalHistogram,
  JudgedBaseline,
  ResourcesEntry,
  SearchEntry,
  SweepEntry,
  TrialEntry,
} from './journal-entry.js';

/** Latency figures in integer microseconds. A quantile that falls among unanswered calls is `null`; absent when nothing was recorded. */
export interface LatencyFigures {
  /** Answered calls recorded. */
  readonly count: number;
  readonly min?: number;
  readonly mean?: number;
  readonly p50?: number | null;
  readonly p90?: number | null;
  readonly p95?: number | null;
  readonly p99?: number | null;
  readonly p999?: number | null;
  /** Exact largest answered value; `null` when some calls were never answered. */
  readonly max?: number | null;
  /** Calls without an answer; they rank above every answered one. */
  readonly unanswered: number;
}

export interface LatencyTable {
  readonly response: LatencyFigures;
  readonly service: LatencyFigures;
  readonly firstByte: LatencyFigures;
  /** Response time of answered failures, kept apart from the objective. */
  readonly failed?: LatencyFigures;
}

/** offered = completed + dropped + droppedByGenerator + unfinished + cancelled; completed = ok + failed. */
export interface CallCounts {
  readonly offered: number;
  readonly started: number;
  readonly completed: number;
  readonly ok: number;
  readonly failed: number;
  readonly dropped: number;
  readonly droppedByGenerator: number;
  readonly unfinished: number;
  readonly retries: number;
  /** Taken back by the scenario; absent when none was. */
  readonly cancelled?: number;
  /** Calls per second over the time covered. */
  readonly offeredRate?: number;
  /** Completed per second. */
  readonly achievedRate?: number;
  /** Successful calls per second. */
  readonly goodput?: number;
  /** ok / (offered - droppedByGenerator - cancelled); absent when nothing was offered. */
  readonly successRate?: number;
  readonly bytes: { readonly sent: number; readonly received: number };
}

export interface Figures {
  readonly counts: CallCounts;
  readonly latencyUs: LatencyTable;
  readonly errors: readonly ErrorFigure[];
  /** What happened within calls beside request and answer; absent when nothing did. */
  readonly interaction?: {
    /** Requests of the server that we answered: server requests (legacy), rounds of `input_required` (modern). */
    readonly rounds: number;
    /** Times that tasks were asked about. */
    readonly polls: number;
    readonly progress: number;
    /** Time in which the server waited for our replies, per call that had any. Left out of every other time. */
    readonly waitedForUsUs?: LatencyFigures;
  };
  /** What failures asked callers to wait (`Retry-After`); absent when none did. */
  readonly retryAfterMs?: { readonly count: number; readonly mean: number; readonly max: number };
}

export interface ErrorFigure {
  readonly class: OutcomeClass;
  readonly taxonomy: Taxonomy;
  readonly count: number;
  readonly firstAtS?: number;
  readonly sample?: string;
}

export interface ToolFigures extends Figures {
  readonly tool: string;
}
export interface EndpointFigures extends Figures {
  readonly endpoint: string;
}
export interface TenantFigures extends Figures {
  readonly tenant: string;
}
export interface PhaseFigures extends Figures {
  readonly id: number;
  readonly name: string;
  readonly phase: string;
  readonly kind: SegmentKind;
  readonly startS: number;
  readonly endS: number;
  /** Per tool within this segment. */
  readonly tools: readonly ToolFigures[];
  /** Per tenant within this segment; absent when the scenario has no tenants. */
  readonly tenants?: readonly TenantFigures[];
  readonly validity: SegmentValidity;
}

/**
 * What a tenant that offered the same had to bear while another one offered more: its calls in the phase where the other was loudest,
 * beside its own in the quietest judged phase.
 */
export interface NeighbourFigures {
  readonly tenant: string;
  /** Who offered at least 1.5 x what it offered in the quiet phase. */
  readonly loud: readonly { readonly tenant: string; readonly fromPerS: number; readonly toPerS: number }[];
  readonly quietPhase: string;
  readonly loudPhase: string;
  readonly quiet: NeighbourState;
  readonly during: NeighbourState;
  /** Share of its calls in the loud phase that were slower than its p95 in the quiet one; 5 % when nothing changed. */
  readonly slower?: number;
  /** `hurt`: slower or less successful beyond chance and by what matters. `held`: not so. `unclear`: too few calls. */
  readonly outcome: 'hurt' | 'held' | 'unclear';
  readonly evidence: string;
}

export interface NeighbourState {
  readonly calls: number;
  readonly offeredRate: number;
  readonly successRate: number;
  readonly p95Us?: number | null;
}

/** How evenly a phase served its tenants. */
export interface FairnessFigures {
  /** Judged phase. */
  readonly phase: string;
  /** Jain's index of the success rates of the tenants: 1 when all fare alike, 1/n when one gets everything. */
  readonly index: number;
  readonly best: { readonly tenant: string; readonly successRate: number };
  readonly worst: { readonly tenant: string; readonly successRate: number };
}

/** Segments taken together: counts and histograms added, never figures averaged. */
export interface GroupFigures extends Figures {
  /** `judged`: steady, ramp, burst and closed, as the plain SLO and the baseline see them. */
  readonly by: 'judged' | 'kind' | 'phase';
  /** Kind or phase name; `judged` for the judged segments. */
  readonly name: string;
  /** Seconds that the group covers. */
  readonly seconds: number;
  /** Response times of answered successes, for exact counting against a limit; absent when there were none. */
  readonly response?: IntervalHistogram;
  /** With their histograms in the judged group alone. */
  readonly tools: readonly (ToolFigures & { readonly response?: IntervalHistogram })[];
  /** With their histograms; in the judged group alone, and only where there are tenants. */
  readonly tenants?: readonly (TenantFigures & { readonly response?: IntervalHistogram })[];
}

export interface SegmentValidity {
  readonly valid: boolean;
  readonly reasons: readonly string[];
  readonly latenessUs?: LatencyFigures;
  readonly generatorCores?: number;
  readonly steal?: number;
  readonly throttledS?: number;
}

export interface Exemplar {
  readonly kind: 'error' | 'slow';
  readonly class: OutcomeClass;
  readonly tool: string;
  readonly endpoint: string;
  readonly segment: string;
  readonly atS: number;
  readonly responseUs?: number;
  readonly serviceUs?: number;
  readonly status?: number;
  readonly rpcCode?: number;
  readonly retryAfterMs?: number;
  readonly text?: string;
  readonly traceparent: string;
  readonly requestId: string;
}

export interface HealthFigures {
  readonly probe: 'live' | 'ready';
  readonly probes: number;
  readonly misses: number;
  /** Stretches in which three or more probes in a row failed. */
  readonly unhealthy: readonly { readonly fromS: number; readonly toS?: number; readonly detail?: string }[];
  readonly latencyUs?: LatencyFigures;
}

export interface SaturationFigures {
  readonly process?: {
    readonly pid: number;
    readonly cpuCores?: { readonly mean: number; readonly max: number };
    readonly rssBytes?: { readonly first: number; readonly last: number; readonly max: number };
    readonly threads?: { readonly max: number };
    readonly descriptors?: { readonly max: number };
  };
  readonly host?: { readonly busy?: { readonly mean: number; readonly max: number } };
  /** First, last and largest value of each Prometheus series kept. */
  readonly metrics?: Readonly<Record<string, { readonly first: number; readonly last: number; readonly max: number }>>;
}

/** A command of the user's own that was carried out while the load ran. */
export interface EventFigures {
  readonly name: string;
  readonly startS: number;
  /** Absent when nothing says that it ended. */
  readonly endS?: number;
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  readonly durationS?: number;
  /** Whole seconds of the run in which calls were counted: from its start until 5 s after its end. */
  readonly window: { readonly fromS: number; readonly toS: number };
  /** Calls that ended in the window, dropped and unfinished ones included. */
  readonly callsEndedAround: number;
  /** Of those: failed, dropped or never answered. */
  readonly callsFailedAround: number;
}

export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'invalid';

/** Streams held beside the calls, over the whole run. */
export interface StreamFigures {
  /** Fewest and most that stood at the end of a second, summed over load threads: bounds of what stood at one time. */
  readonly fewest: number;
  readonly most: number;
  readonly lost: number;
  readonly messages: number;
}

/** One judged limit with its evidence. */
export interface Check {
  readonly name: string;
  readonly source: 'slo' | 'baseline' | 'validity' | 'run';
  /** What it covers, for instance `all judged phases`, `tool search_orders`, `phase burst`. */
  readonly scope: string;
  readonly metric: string;
  readonly limit?: number;
  readonly actual?: number | null;
  /** Unit of limit and actual: `us`, `ratio`, `1/s`, `count`. */
  readonly unit?: string;
  /**
   * Where the true quantile lies, in the unit of `actual`, from order statistics. For display: it takes calls as independent, and decides
   * nothing. `high` is `null` where so few calls bound it on one side only, or where it lies among unanswered calls.
   */
  readonly interval?: { readonly low: number; readonly high: number | null; readonly level: number };
  readonly outcome: Outcome | 'not-applicable';
  readonly evidence: string;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** One sentence that says why. */
  readonly summary: string;
  readonly checks: readonly Check[];
}

/** `result.json`. Warm-up stands in `phases` and never in `totals`; `totals` hold every other segment. Absent is absent: no zero stands for "unknown". */
export interface Result {
  readonly schema: 'plimsoll.result/1';
  readonly run: {
    readonly id: string;
    readonly scenario: string;
    readonly description?: string;
    readonly scenarioHash: string;
    readonly startedAt: string;
    readonly endedAt?: string;
    readonly durationS: number;
    readonly version: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly host: Readonly<Record<string, unknown>>;
    readonly target: Readonly<Record<string, unknown>>;
    readonly faultEngine?: Readonly<Record<string, unknown>>;
    /** How the run ended; `cut-short` when the journal has no end (the tool was killed). */
    readonly end: 'completed' | 'interrupted' | 'terminated' | 'aborted' | 'server-exited' | 'disk-full' | 'failed' | 'cut-short';
    readonly notes: readonly {
      readonly atS: number;
      readonly level: 'info' | 'warning' | 'error';
      readonly code: string;
      readonly text: string;
    }[];
  };
  readonly validity: {
    readonly valid: boolean;
    readonly reasons: readonly string[];
    readonly generator: {
      readonly latenessUs?: LatencyFigures;
      readonly droppedByGenerator: number;
      /** Mean cores used by plimsoll. */
      readonly cpu?: number;
      readonly steal?: number;
      readonly throttled?: number;
      readonly eventLoopUtilisation?: number;
    };
  };
  readonly totals: CallCounts & {
    readonly connections: { readonly opened: number; readonly reused: number };
    readonly streams?: StreamFigures;
  };
  readonly latencyUs: LatencyTable;
  readonly tools: readonly ToolFigures[];
  readonly endpoints: readonly EndpointFigures[];
  readonly tenants: readonly TenantFigures[];
  /** Whether tenants were served alike, and whether one hurt another; absent with fewer than two tenants. */
  readonly fairness?: { readonly phases: readonly FairnessFigures[]; readonly neighbours: readonly NeighbourFigures[] };
  readonly phases: readonly PhaseFigures[];
  readonly groups: readonly GroupFigures[];
  readonly errors: readonly ErrorFigure[];
  readonly exemplars: readonly Exemplar[];
  readonly faults: readonly FaultFigures[];
  /** Only where the scenario has events. */
  readonly events?: readonly EventFigures[];
  readonly health: readonly HealthFigures[];
  readonly saturation: SaturationFigures;
  /** Only of a capacity search. */
  readonly capacity?: CapacityFigures;
  readonly verdict: Verdict;
}

/** A result before it was judged. */
export type MeasuredResult = Omit<Result, 'verdict'>;

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

/** Everything that a report shows, derived from a journal alone. */
export interface Analysis {
  readonly result: MeasuredResult;
  readonly series: Series;
  readonly spectrum: Spectrum;
  /** Resolved scenario with secrets redacted, as the journal keeps it. */
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly timeline: readonly Segment[];
  readonly slo: Slo;
  readonly baseline?: JudgedBaseline;
  /** `load.timeout` in milliseconds: a quantile among unanswered calls reads "> timeout". */
  readonly timeoutMs: number;
  /** `recovery.within` where the scenario states it: then it is judged. */
  readonly recoveryWithinS?: number;
  /** Only of a capacity search: what its figures are made from. */
  readonly search?: CapacitySearch;
}

/** A capacity search as its journal has it. */
export interface CapacitySearch {
  readonly start: CapacityStart;
  /** Load threads that the generator had. */
  readonly workers: number;
  readonly trials: readonly TrialEntry[];
  readonly searches: readonly SearchEntry[];
  readonly sweep: readonly SweepEntry[];
  readonly resources?: ResourcesEntry;
}
