/** One trial of the closed sweep: N callers without think time. */
export interface SweepPoint {
  readonly callers: number;
  /** Successful calls per second. */
  readonly rate: number;
  /** Why the point was left out of the fit; absent when it counts. */
  readonly leftOut?: string;
}

/** Universal Scalability Law X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1)), fitted to a closed sweep. */
export interface LawFigures {
  readonly points: readonly SweepPoint[];
  /** Rate of one caller, calls/s. */
  readonly lambda: number;
  /** Contention. */
  readonly sigma: number;
  /** Coherency. */
  readonly kappa: number;
  /** 95 % intervals where they could be computed. */
  readonly intervals?: {
    readonly lambda: readonly [number, number];
    readonly sigma: readonly [number, number];
    readonly kappa: readonly [number, number];
  };
  readonly model: 'linear' | 'amdahl' | 'usl';
  readonly verdict: 'peak-measured' | 'peak-extrapolated' | 'saturates' | 'not-usl' | 'not-reached';
  /** Only where the verdict allows a peak: callers and calls/s, with the 95 % interval of the rate. */
  readonly peak?: { readonly callers: number; readonly rate: number; readonly low: number; readonly high: number };
  readonly bestMeasured: { readonly callers: number; readonly rate: number };
  /** What contention and coherency mean here, in a sentence. */
  readonly meaning: string;
  readonly flags: readonly string[];
  /** The fitted law over the measured range, evenly in log N, with its 95 % band where it could be computed. */
  readonly curve: readonly { readonly callers: number; readonly rate: number; readonly low?: number; readonly high?: number }[];
  /** F of the levels around the law against its 99 % point; only with repeated trials. */
  readonly lackOfFit?: { readonly f: number; readonly limit: number };
  /** Fall from the best level to the last one; only with repeated trials. */
  readonly decline?: {
    readonly t: number;
    readonly limit: number;
    readonly drop: number;
    readonly bestCallers: number;
    readonly declined: boolean;
  };
}
