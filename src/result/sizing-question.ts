import { z } from 'zod';
import { list, numberOrNull, shape } from './schema-terms.js';

const MB = 'MB of 2^20 bytes.';

const sizedFault = shape({
  /** recipe@dependency. */
  name: z.string(),
  /** Calls/s that one instance sustains under it; 0 when nothing passes. */
  capacityPerS: z.number(),
  /** Mean response time under it. */
  latencyS: numberOrNull,
  /** When callers give up. */
  timeoutS: z.number(),
  /** Calls made for one call wanted, retries included. */
  amplification: z.number(),
});

/** A tested fault as the sizing reads it. */
export type SizedFault = z.infer<typeof sizedFault>;

const sharedDependency = shape({
  maxConnections: z.number(),
  reserved: z.number(),
  otherConnections: z.number(),
  /** Connections that one instance opens. */
  pool: z.number(),
  callsPerCall: z.number(),
  capacityPerS: numberOrNull,
});

/** The dependency that all instances share. */
export type SharedDependency = z.infer<typeof sharedDependency>;

const podCount = z.union([z.number(), z.string()]).describe('A number, or a share such as 25%.');
const rollingUpdate = shape({ maxUnavailable: podCount, maxSurge: podCount });

/** Instances missing and added during a rolling update. */
export type RollingUpdate = z.infer<typeof rollingUpdate>;

const autoscaling = shape({
  /** CPU request of one instance; `null`: CPU used at its capacity. */
  requestCores: numberOrNull,
  /** How fast load may rise, as a share per second. */
  growthPerS: z.number(),
  /** From a rise of the load to a new instance that serves. */
  lagS: z.number(),
  /** Deviation that the autoscaler leaves alone. */
  tolerance: z.number(),
  /** Smallest load of the day. */
  troughPerS: numberOrNull,
  troughSessions: z.number(),
});

/** A horizontal autoscaler on CPU. */
export type Autoscaling = z.infer<typeof autoscaling>;

/** What a sizing is computed from. Strict: a saved question with a key that this version does not know is refused. */
export const sizingQuestion = shape({
  /** Largest planned rate, as a mean over `windowS`. */
  peakPerS: z.number(),
  windowS: z.number().describe('Over which the peak is a mean.'),
  /** Largest rate inside the window over the peak. */
  burst: z.number(),
  burstWindowS: z.number(),
  /** Until the planning date; applies to calls, sessions and their opening. */
  growth: z.number(),
  capacityPerS: z.number().describe('Rate that one instance sustains within the SLO.'),
  /** Lowest rate of one instance that failed: the other end of the interval. */
  smallestFailPerS: numberOrNull,
  /** Target share of the capacity in use, all instances up. */
  utilisation: z.number(),
  /** The same in a failure state. */
  failureUtilisation: z.number(),
  /** Instances on the fullest node that you can lose. */
  surviveInstances: z.number(),
  zones: z.number(),
  surviveZones: z.number(),
  minimum: z.number(),
  affinity: z.enum(['none', 'session']),
  /** Squared coefficient of variation of the call rate between sessions. */
  sessionRateVariation: z.number(),
  sessionsHeld: z.number(),
  sessionsOpenedPerS: z.number(),
  openingCost: z.number().describe('Of a session, in calls.'),
  /** Over which lost sessions come back. */
  reconnectS: numberOrNull,
  /** Mean response time at the planned load. */
  latencyS: numberOrNull,
  baseMemoryMb: numberOrNull.describe(MB),
  sessionMemoryMb: numberOrNull.describe(MB),
  callMemoryMb: numberOrNull.describe(MB),
  memoryLimitMb: numberOrNull.describe(MB),
  heapLimitMb: numberOrNull.describe(MB),
  /** Used heap per resident memory. */
  heapShare: z.number(),
  /** Share of a memory, heap or descriptor limit to use at most. */
  fill: z.number(),
  maxSessions: numberOrNull,
  baseDescriptors: z.number(),
  sessionDescriptors: z.number(),
  callDescriptors: z.number(),
  descriptorLimit: numberOrNull,
  /** CPU cores of one instance. */
  cores: numberOrNull,
  /** CPU seconds of one call. */
  cpuPerCallS: numberOrNull,
  /** CPU cores of an instance without load. */
  idleCores: numberOrNull,
  /** Capacity of two instances over twice that of one. */
  scalingEfficiency: numberOrNull,
  dependency: sharedDependency.nullable(),
  rolling: rollingUpdate.nullable(),
  faults: list(sizedFault),
  autoscaling: autoscaling.nullable(),
  averagePerS: numberOrNull,
  pricePerHour: numberOrNull,
}).describe('Rates in calls/s, times in seconds, memory in MB of 2^20 bytes. null: not known, or no such limit.');

/** Everything that the sizing is computed from, in plain numbers. A saved result holds it, and the calculator of the report changes it. */
export type SizingQuestion = z.infer<typeof sizingQuestion>;
