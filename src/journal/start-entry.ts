import type { GateSettings } from '../scenario/gate-settings.js';
import type { RetryPolicy } from '../scenario/load.js';
import type { BaselineLimits, Slo } from '../scenario/objective.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { EarlierAttempt } from './earlier-attempt.js';
import type { FaultEngine } from './fault-entry.js';
import type { RecoveryPlan } from './recovery-plan.js';
import type { Budget, SearchPlan } from './search-plan.js';

/** What the runs of a baseline say of a figure of the next run: its natural logarithm (milliseconds, or calls per second) has a t law. */
export interface PredictedFigure {
  readonly mean: number;
  /** Standard deviation of (the next run - mean). */
  readonly error: number;
  /** Degrees of freedom of `error`. */
  readonly df: number;
  /** The mean without the delay of the machines that the runs were made on; absent where it is the same. */
  readonly lowMean?: number;
}

/** The performance baseline that a run is judged against, as it stood when the run began. */
export interface JudgedBaseline {
  readonly limits: BaselineLimits;
  /** `in place`: written in the scenario. Else the name of the saved file. */
  readonly source: string;
  /** The least that each quantile can have been but for the delay of the machine that it was made on; a saved baseline that knows it. */
  readonly low?: Pick<BaselineLimits, 'p50Ms' | 'p95Ms' | 'p99Ms'>;
  /** Calls of all its runs and how many of them failed; a saved baseline that counts them. Absent, the limit is errorRate x tolerance. */
  readonly counted?: { readonly calls: number; readonly failures: number };
  /**
   * Saved baselines of enough runs and sittings on one class of machines (that of `host`): what they predict of the next run. Absent, the
   * limits are `limits` x tolerance.
   */
  readonly predicted?: {
    readonly runs: number;
    readonly sittings: number;
    readonly p50?: PredictedFigure;
    readonly p95?: PredictedFigure;
    readonly p99?: PredictedFigure;
    readonly throughput?: PredictedFigure;
  };
  /** Of a gate: only what the runs predict can fail a run, all else warns. */
  readonly stored?: true;
  /** Saved baselines only: how many runs, of which workload, on which machine. */
  readonly runs?: number;
  readonly scenarioHash?: string;
  readonly host?: Readonly<Record<string, unknown>>;
}

/** First line of a journal. `scenario` is the resolved file text with secrets redacted. */
export interface StartEntry {
  readonly type: 'start';
  readonly schema: 'plimsoll.journal/1';
  readonly runId: string;
  readonly version: string;
  /** ISO 8601, UTC; the wall-clock time of t = 0 (start of the first phase). */
  readonly startedAt: string;
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly scenarioHash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  readonly timeline: readonly Segment[];
  readonly workers: number;
  /** `load.timeout`: what an unanswered call waited for at least. */
  readonly timeoutMs: number;
  readonly slo: Slo;
  readonly baseline?: JudgedBaseline;
  /** Only where the scenario has faults. */
  readonly faultEngine?: FaultEngine;
  /** Dependency -> whether its proxied path carried a connection of the server under test before the load. */
  readonly proxiedPaths?: Readonly<Record<string, 'verified' | 'unverified'>>;
  /** `recovery.within` in seconds. */
  readonly recoveryWithinS?: number;
  /** Where the scenario has one. */
  readonly abort?: { readonly errorRate: number; readonly forMs: number };
  /** Attempts before this one, of a run that is repeated while it is in doubt. */
  readonly earlier?: readonly EarlierAttempt[];
  /** What an outcome in doubt costs: absent, it fails. */
  readonly onDoubt?: 'warn';
  /** Only of a capacity search, whose timeline is empty: each trial becomes a segment of its own. */
  readonly capacity?: CapacityStart;
  /** Only of a gate, whose timeline is empty: its pairs tell of themselves. */
  readonly gate?: GateStart;
}

/** What a gate set out to do. */
export interface GateStart
  extends Pick<GateSettings, 'metrics' | 'tools' | 'limits' | 'successMargin' | 'contract' | 'under' | 'pairs'> {
  /** As it is carried out: asked for, or the one that the builds allow. */
  readonly mode: Exclude<GateSettings['mode'], 'stored'>;
  /** The baseline against itself. */
  readonly self?: true;
  readonly phase: string;
  /** What the builds are, as a reader calls them. */
  readonly baseline: string;
  readonly candidate: string;
  readonly sameProcesses: boolean;
  readonly changes: readonly { readonly tool: string; readonly what: 'removed' | 'added' | 'changed'; readonly text: string }[];
}

/** What a capacity search set out to do. */
export interface CapacityStart {
  /** Named in the scenario; absent for a plan of a test. */
  readonly budget?: Budget;
  /** What each entry of `under` gets. */
  readonly plan: SearchPlan;
  /** First rate, calls/s. */
  readonly startRate: number;
  readonly arrivals: 'poisson' | 'constant';
  /** Replicas behind the measured target. */
  readonly instances: number;
  /** Highest rate that the generator was trusted with, calls/s; absent where it was not measured. */
  readonly generatorRate?: number;
  readonly entries: readonly CapacityUnder[];
  /** Whether a closed sweep for the law was asked for. */
  readonly law: boolean;
  /** How hidden capacity is looked for, where that was asked for. */
  readonly recovery?: RecoveryStart;
}

/** What the search for hidden capacity set out to do. */
export interface RecoveryStart {
  readonly plan: RecoveryPlan;
  /** Longest that it takes for each fault, seconds. */
  readonly budgetS: number;
  /** The scenario's `load.retry`. */
  readonly retry?: RetryPolicy;
}

/** One entry of `under`. */
export interface CapacityUnder {
  /** `none`, or recipe@dependency. */
  readonly under: string;
  /** Parameters of the recipe as they were in force. */
  readonly with?: Readonly<Record<string, unknown>>;
}
