/** What a gate may judge. Latencies are quantiles of the response time; `cpu` is CPU time a call. */
export const GATE_METRICS = ['p50', 'p95', 'p99', 'success', 'cpu'] as const;

export type GateMetric = (typeof GATE_METRICS)[number];

/** A metric that is judged by the ratio candidate / baseline of each pair. */
export type RatioMetric = Exclude<GateMetric, 'success'>;

/** What counts as worse, and up to what a metric still counts as not worse. Shares: 0.05 is 5 %. */
export interface RatioLimits {
  /** Smallest change above 0 that is called a regression. */
  readonly regression: number;
  /** Upper bound that the change must stay under to pass. */
  readonly margin: number;
}

/** Where one of the two builds comes from. */
export type GateSource =
  /** The scenario's target with some of its keys in place of others, as they are written; none: as it stands. */
  | { readonly kind: 'target'; readonly keys: Readonly<Record<string, unknown>> }
  | { readonly kind: 'git'; readonly ref: string }
  /** Absolute. */
  | { readonly kind: 'folder'; readonly folder: string };

/** `gate:` of a scenario with its defaults. */
export interface GateSettings {
  /** Absent: has to be named on the command line. */
  readonly baseline?: GateSource;
  /** A saved baseline file in its place, absolute path: one run of the candidate is judged by what its runs predict. */
  readonly stored?: string;
  readonly candidate: GateSource;
  /** Run in the folder of a `git` or `folder` build before its first start. */
  readonly build?: readonly string[];
  /** Starts such a build; absent: the command of `target.server`. */
  readonly start?: readonly string[];
  readonly mode: 'duet' | 'pairs' | 'stored';
  /** Name of the phase that is played; absent: the first steady one. */
  readonly phase?: string;
  /** recipe@dependency, held on for both builds. */
  readonly under?: string;
  /** Judged, in the order in which they are shown. At most 4. */
  readonly metrics: readonly GateMetric[];
  /** Tools that are judged alone too. */
  readonly tools: readonly string[];
  readonly limits: Readonly<Record<RatioMetric, RatioLimits>>;
  /** By how much more often the candidate may fail, as a share of the calls. */
  readonly successMargin: number;
  readonly pairs: {
    readonly warmUpMs: number;
    /** Of blocks in all, half of them each build's. */
    readonly measureMs: number;
    readonly blockMs: number;
    /** Numbers of pairs at which the gate is looked at, rising. */
    readonly looks: readonly number[];
  };
  readonly budgetMs: number;
  /** What becomes of tool lists that differ. */
  readonly contract: 'fail' | 'warn' | 'ignore';
}
