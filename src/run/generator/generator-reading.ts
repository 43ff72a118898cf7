/** What this machine's generator did against the loopback stub. Times in microseconds. */
export interface GeneratorReading {
  /** Closed-loop ceiling by autocannon: the least that an HTTP client costs here. */
  readonly ceilingPerS: number;
  /** The whole of plimsoll's pipeline, closed loop, one load thread. */
  readonly pipelinePerS: number;
  readonly pipelineCpuUsPerCall: number;
  /** Start lateness at the rate asked for. */
  readonly lateness: {
    readonly ratePerS: number;
    /** Starts that were due. */
    readonly starts: number;
    readonly p50Us: number;
    readonly p99Us: number;
    readonly droppedByGenerator: number;
  };
}

/** Above this share of its closed-loop ceiling a generator has no room for bursts of answers and for collecting garbage. */
export const TRUSTED_SHARE = 0.65;

/** Highest rate that one load thread can be trusted with. */
export function trustedRate(reading: GeneratorReading): number {
  return reading.pipelinePerS * TRUSTED_SHARE;
}
