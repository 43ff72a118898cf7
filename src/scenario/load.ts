export interface OpenPhase {
  readonly model: 'open';
  readonly name: string;
  readonly fromPerS: number;
  /** Equal to `fromPerS` for a constant rate. */
  readonly toPerS: number;
  readonly forMs: number;
  readonly warmUp: boolean;
  readonly kind?: 'burst';
  /** Phases of one number have the same arrivals, in whatever order and drive they come. Absent: its place among the phases. */
  readonly pattern?: number;
}

export interface ClosedPhase {
  readonly model: 'closed';
  readonly name: string;
  readonly users: number;
  readonly thinkMs: number;
  readonly forMs: number;
  readonly warmUp: boolean;
}

export type Phase = OpenPhase | ClosedPhase;

export interface RetryPolicy {
  readonly attempts: number;
  readonly backoffMs: number;
  /** Share of first attempts that may be retried, 0..1; attempts - 1 where there is no limit. */
  readonly budget: number;
}

export interface Load {
  readonly seed: number;
  readonly arrivals: 'poisson' | 'constant';
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly drainMs: number;
  readonly retry?: RetryPolicy;
  readonly workers: 'auto' | number;
  /** `{{ seq }}` of the first arrival; absent: 0. */
  readonly firstSeq?: number;
  readonly phases: readonly Phase[];
}
