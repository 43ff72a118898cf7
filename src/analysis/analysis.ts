import type { ExitCode } from '../errors/exit-codes.js';
import type { EarlierAttempt } from '../journal/earlier-attempt.js';
import type { PairEntry } from '../journal/pair-entry.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from '../journal/recovery-entry.js';
import type { CapacityStart, GateStart, JudgedBaseline } from '../journal/start-entry.js';
import type { ResourcesEntry, SearchEntry, SweepEntry, TrialEntry } from '../journal/trial-entry.js';
import type { MeasuredResult } from '../result/result.js';
import type { TrafficFigures } from '../result/traffic-figures.js';
import type { Slo } from '../scenario/objective.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Disturbance } from './noise/disturbance.js';
import type { RunCalls } from './run-calls.js';
import type { Series, Spectrum } from './series.js';

/** Everything that a report shows, derived from a journal alone. */
export interface Analysis {
  readonly result: MeasuredResult;
  readonly series: Series;
  readonly spectrum: Spectrum;
  /** Resolved scenario with secrets redacted, as the journal keeps it. */
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly timeline: readonly Segment[];
  /** What this machine did to the calls. */
  readonly noise: Disturbance;
  /** Every call, with what could be taken off it. */
  readonly calls: RunCalls;
  readonly slo: Slo;
  readonly baseline?: JudgedBaseline;
  /** `load.timeout` in milliseconds: a quantile among unanswered calls reads "> timeout". */
  readonly timeoutMs: number;
  /** `recovery.within` where the scenario states it: then it is judged. */
  readonly recoveryWithinS?: number;
  /** The delay of this machine may have made the failures for which the abort rule stopped the run. */
  readonly abortInDoubt?: true;
  /** Attempts before this one, of a run that was repeated. */
  readonly earlier?: readonly EarlierAttempt[];
  /** What an outcome in doubt costs: absent, it fails. */
  readonly onDoubt?: 'warn';
  /** Only of a capacity search: what its figures are made from. */
  readonly search?: CapacitySearch;
  /** Only of a gate. */
  readonly gate?: GatePairs;
}

/** The pairs of a gate as its journal has them. */
export interface GatePairs {
  readonly start: GateStart;
  readonly pairs: readonly PairEntry[];
  /** Why no further pair could be played, and what the gate then ends with; absent where nothing kept it from going on. */
  readonly lost?: { readonly text: string; readonly exitCode: ExitCode };
}

/** A capacity search as its journal has it. */
export interface CapacitySearch {
  readonly start: CapacityStart;
  /** Load threads that the generator had. */
  readonly workers: number;
  readonly trials: readonly TrialEntry[];
  readonly searches: readonly SearchEntry[];
  readonly sweep: readonly SweepEntry[];
  readonly recoveryLevels: readonly RecoveryLevelEntry[];
  readonly recoverySearches: readonly RecoverySearchEntry[];
  /** Everything that was sent, measured or not. */
  readonly traffic?: readonly TrafficFigures[];
  readonly resources?: ResourcesEntry;
}
