/** A tested fault as the sizing reads it. */
export interface SizedFault {
  /** recipe@dependency. */
  readonly name: string;
  /** Calls/s that one instance sustains under it; 0 when nothing passes. */
  readonly capacityPerS: number;
  /** Mean response time under it; `null` when not known. */
  readonly latencyS: number | null;
  /** When callers give up. */
  readonly timeoutS: number;
  /** Calls made for one call wanted, retries included. */
  readonly amplification: number;
}

/** The dependency that all instances share. */
export interface SharedDependency {
  readonly maxConnections: number;
  readonly reserved: number;
  readonly otherConnections: number;
  /** Connections that one instance opens. */
  readonly pool: number;
  readonly callsPerCall: number;
  readonly capacityPerS: number | null;
}

/** Instances missing and added during a rolling update: a number, or a share such as `25%`. */
export interface RollingUpdate {
  readonly maxUnavailable: number | string;
  readonly maxSurge: number | string;
}

/** A horizontal autoscaler on CPU. */
export interface Autoscaling {
  /** CPU request of one instance; `null`: CPU used at its capacity. */
  readonly requestCores: number | null;
  /** How fast load may rise, as a share per second. */
  readonly growthPerS: number;
  /** From a rise of the load to a new instance that serves. */
  readonly lagS: number;
  /** Deviation that the autoscaler leaves alone. */
  readonly tolerance: number;
  /** Smallest load of the day; `null`: not known. */
  readonly troughPerS: number | null;
  readonly troughSessions: number;
}

/**
 * Everything that the sizing is computed from, in plain numbers: rates in calls/s, times in seconds, memory in MB of 2^20 bytes, CPU in
 * cores and core-seconds. `null` stands for "not known" or "no such limit". JSON can hold it: a saved result does, and the calculator of
 * the report changes it.
 */
export interface SizingQuestion {
  /** Largest planned rate, as a mean over `windowS`. */
  readonly peakPerS: number;
  readonly windowS: number;
  /** Largest rate inside the window over the peak. */
  readonly burst: number;
  readonly burstWindowS: number;
  /** Until the planning date; applies to calls, sessions and their opening. */
  readonly growth: number;
  /** Rate that one instance sustains within the SLO. */
  readonly capacityPerS: number;
  /** Lowest rate of one instance that failed: the other end of the interval. */
  readonly smallestFailPerS: number | null;
  /** Target share of the capacity in use, all instances up. */
  readonly utilisation: number;
  /** The same in a failure state. */
  readonly failureUtilisation: number;
  /** Instances on the fullest node that may be lost. */
  readonly surviveInstances: number;
  readonly zones: number;
  readonly surviveZones: number;
  readonly minimum: number;
  readonly affinity: 'none' | 'session';
  /** Squared coefficient of variation of the call rate between sessions. */
  readonly sessionRateVariation: number;
  readonly sessionsHeld: number;
  readonly sessionsOpenedPerS: number;
  /** Cost of opening a session, in calls. */
  readonly openingCost: number;
  /** Over which lost sessions come back. */
  readonly reconnectS: number | null;
  /** Mean response time at the planned load. */
  readonly latencyS: number | null;
  readonly baseMemoryMb: number | null;
  readonly sessionMemoryMb: number | null;
  readonly callMemoryMb: number | null;
  readonly memoryLimitMb: number | null;
  readonly heapLimitMb: number | null;
  /** Used heap per resident memory. */
  readonly heapShare: number;
  /** Share of a memory, heap or descriptor limit that may be used. */
  readonly fill: number;
  readonly maxSessions: number | null;
  readonly baseDescriptors: number;
  readonly sessionDescriptors: number;
  readonly callDescriptors: number;
  readonly descriptorLimit: number | null;
  /** CPU cores of one instance. */
  readonly cores: number | null;
  /** CPU seconds of one call. */
  readonly cpuPerCallS: number | null;
  /** CPU cores of an instance without load. */
  readonly idleCores: number | null;
  /** Capacity of two instances over twice that of one. */
  readonly scalingEfficiency: number | null;
  readonly dependency: SharedDependency | null;
  readonly rolling: RollingUpdate | null;
  readonly faults: readonly SizedFault[];
  readonly autoscaling: Autoscaling | null;
  readonly averagePerS: number | null;
  readonly pricePerHour: number | null;
}

/** Inputs that contradict one another or that no count can satisfy. The command line turns it into exit code 2. */
export class SizingInputError extends Error {
  override readonly name = 'SizingInputError';

  constructor(
    message: string,
    /** Input that is wrong, by its name in {@link SizingQuestion}. */
    readonly input: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
