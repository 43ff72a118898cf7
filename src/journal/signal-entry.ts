/** State of the generator's machine in one second (Linux; absent figures were not readable). */
export interface HostEntry {
  readonly type: 'host';
  readonly t: number;
  /** CPU used by plimsoll (all its threads) in cores. */
  readonly generatorCores?: number;
  /** Share of machine CPU time stolen by the hypervisor, 0..1. */
  readonly steal?: number;
  /** Seconds for which the cgroup was throttled in this second. */
  readonly throttledS?: number;
  /** Share of the machine's CPU in use by everything, 0..1. */
  readonly busy?: number;
}

/** One health probe's answer. */
export interface HealthEntry {
  readonly type: 'health';
  /** Seconds, fractional. */
  readonly t: number;
  readonly probe: 'live' | 'ready';
  readonly ok: boolean;
  readonly status?: number;
  readonly latencyUs?: number;
  /** `checks` of the answer, or why there was none. */
  readonly detail?: string;
  /** State after this answer: three misses in a row make `unhealthy`. */
  readonly state: 'healthy' | 'unhealthy' | 'unknown';
}

/** Resources of the server under test, its children included. */
export interface ProcessEntry {
  readonly type: 'process';
  readonly t: number;
  readonly pid: number;
  readonly cpuCores?: number;
  readonly rssBytes?: number;
  readonly threads?: number;
  readonly descriptors?: number;
  readonly processes?: number;
}

/** Values read from the target's Prometheus page, by series name with its labels. */
export interface MetricsEntry {
  readonly type: 'metrics';
  readonly t: number;
  readonly values: Readonly<Record<string, number>>;
  /** Replicas behind the target, where the page counts them. */
  readonly replicas?: number;
}
