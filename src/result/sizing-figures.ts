import { z } from 'zod';
import { list, numberOrNull, optional, shape } from './schema-terms.js';
import { sizingQuestion } from './sizing-question.js';

const inputSource = z
  .enum(['measured', 'estimated', 'given', 'default'])
  .describe('estimated: an end of the interval of the estimate.');

export type InputSource = z.infer<typeof inputSource>;

const input = shape({
  /** As the `capacity` block of a scenario calls it, for instance `instance.memory`. */
  name: z.string(),
  /** `null`: not known, or no such limit. */
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string(),
  source: inputSource,
  interval: optional(z.tuple([z.number(), z.number()]).readonly().describe('95 %, of what was measured by regression.')),
});

/** One input of the sizing with where it came from. */
export type SizingInput = z.infer<typeof input>;

const counts = shape({
  load: numberOrNull,
  instanceLoss: numberOrNull,
  zoneLoss: numberOrNull,
  sessions: numberOrNull,
  memory: numberOrNull,
  descriptors: numberOrNull,
  /** Only when asked for. */
  rollingUpdate: optional(numberOrNull),
  minimum: numberOrNull,
}).describe('Instances that each count alone asks for: 0 where it does not apply, null where no number is enough.');

export type SizingCounts = z.infer<typeof counts>;

export type SizingCount = keyof SizingCounts;

const COUNTS = ['load', 'instanceLoss', 'zoneLoss', 'sessions', 'memory', 'descriptors', 'rollingUpdate', 'minimum'] as const;
const CAPS = ['connections', 'dependencyRate'] as const;

/** What allows no more than some number of instances, or no number at all, whatever the counts ask for. */
export type SizingCap = (typeof CAPS)[number];

const fleet = shape({
  /** Share of the capacity in use, by state. */
  utilisation: shape({
    allUp: z.number(),
    instanceLoss: optional(z.number()),
    zoneLoss: optional(z.number()),
    rollingUpdate: optional(z.number()),
  }),
  /** Largest of the failure states; all up when there is none. */
  worstFailureUtilisation: z.number(),
  /** Instances left after the larger of the planned losses. */
  survivors: z.number(),
  /** Load of the hottest survivor over the mean one. */
  hotspotLoad: z.number(),
  /** Sessions of the hottest survivor over the mean one. */
  hotspotSessions: z.number(),
  /** Calls in flight by Little's law: rate x response time. That many connections are in use. */
  inflight: optional(z.number()),
  inflightPerSurvivor: optional(z.number()),
  sessionsHottest: z.number(),
  /** Resident. */
  memoryMb: optional(z.number()),
  /** Used heap. */
  heapMb: optional(z.number()),
  descriptors: optional(z.number()),
  /** Sessions a second that come back after the larger loss. */
  reconnectRate: z.number(),
  /** Cores in use by all instances together. */
  coresTotal: optional(z.number()),
  /** Cores in use by one instance, all up. */
  coresAllUp: optional(z.number()),
  /** After the larger loss. */
  coresWorst: optional(z.number()),
  /** Capacity of the fleet over the stated peak. */
  overPeak: z.number(),
  /** Price of the fleet in a month of 730 hours. */
  costMonth: optional(z.number()),
  /** At the average rate. */
  costPerMillionCalls: optional(z.number()),
}).describe('The fleet of that many instances; the busiest remaining instance for memory, sessions, descriptors and coresWorst.');

/** The fleet of the sized number of instances. Figures that need an input which is not known are absent. */
export type FleetFigures = z.infer<typeof fleet>;

const faultSizing = shape({
  name: z.string(),
  /** `null`: it cannot be bought with instances. */
  instances: numberOrNull,
  /** Calls in flight at that number of instances. */
  inflight: optional(z.number()),
  inflightAtPlannedInstances: optional(z.number()),
  utilisationAtPlannedInstances: optional(z.number()),
  memoryMbAtPlannedInstances: optional(z.number()),
  memoryFitsAtPlannedInstances: optional(z.boolean()),
  /** Why there is no number. */
  reason: optional(z.string()),
});

/** A tested fault: what it asks of the fleet, all instances up. */
export type FaultSizing = z.infer<typeof faultSizing>;

const dependency = shape({
  /** Instances that may run at once, an update included. */
  instances: z.number(),
  connections: z.number(),
  /** Connections that it has left for the instances. */
  room: z.number(),
  instancesThatFit: z.number(),
  /** Largest pool with which `instances` fit; 0: not even one connection each. */
  poolThatFits: z.number(),
  callsPerSecond: z.number(),
  /** Of its capacity; `null` where that is not known. */
  utilisation: numberOrNull,
});

/** The dependency at the largest number of instances that will run at once. */
export type DependencySizing = z.infer<typeof dependency>;

const autoscaling = shape({
  requestCores: z.number(),
  limitMemoryMb: numberOrNull,
  /** Highest target at which new instances come in time. */
  targetLag: z.number(),
  /** Highest target at which the survivors of a loss stay below the failure ceiling, over all counts from minimum to maximum. */
  targetSurvive: z.number(),
  targetSurviveAtPlannedInstances: z.number(),
  /** averageUtilization: the smaller of the two, rounded down. */
  targetPercent: z.number(),
  worstSurvivorRatio: z.number(),
  worstRatioAt: z.number(),
  minReplicas: z.number(),
  maxReplicas: z.number(),
  /** What the target holds at the planned peak; `null` when idle CPU alone is above the target. */
  replicasAtPlannedPeak: numberOrNull,
  pdbMaxUnavailable: z.number(),
});

/** A CPU autoscaler that stays safe at every number of instances it may choose. Shares, not percent, but for `targetPercent`. */
export type AutoscalingFigures = z.infer<typeof autoscaling>;

const doesNotFit = shape({
  /** Begins with `does not fit: ` and names what allows how much. */
  summary: z.string(),
  /** Absent where no number meets them. */
  needed: optional(z.number()).describe('Instances that the counts ask for.'),
  /** Absent where nothing caps their number. */
  allowed: optional(z.number()).describe('Most instances that the connections of the database allow.'),
  /** Absent where none does. */
  peakThatFits: optional(z.number()).describe('Largest planned peak that as many carry, calls/s.'),
  /** What would fit. */
  remedies: list(z.string()),
}).describe('Why no number of instances is enough; only where instances is null.');

/** A plan that no number of instances meets. */
export type DoesNotFit = z.infer<typeof doesNotFit>;

/** Waits in seconds, on top of the response time, while the burst lasts. */
const burstAbsorbed = shape({
  instances: z.number(),
  /** All instances up. */
  addedWaitS: z.number(),
  /** Share of the capacity in use during the burst, all instances up. */
  utilisation: optional(z.number()),
  /** The same in the worst planned failure; absent where none is planned. */
  worstAddedWaitS: optional(z.number()),
  worstUtilisation: optional(z.number()),
}).describe('Fewer instances, with none for the burst, and what the burst then does.');

/** What a burst does to a fleet that has no instances for it. */
export type BurstAbsorbed = z.infer<typeof burstAbsorbed>;

const plainFormula = shape({
  cores: z.number(),
  /** null: the memory of a call is not known. */
  memoryMb: numberOrNull,
  instances: z.number(),
  /** The utilisation that hides in its buffer. */
  impliedUtilisation: z.number(),
  misses: list(z.string()),
});

/** The plain formula many teams use, and what it misses. */
export type PlainFormula = z.infer<typeof plainFormula>;

export const sizing = shape({
  /** To be asked again with other numbers (`plimsoll size`, the calculator of the report). */
  question: sizingQuestion,
  inputs: list(input),
  plannedCalls: z.number().describe('Calls/s at the peak, burst and growth included.'),
  demand: z.number().describe('The same with the opening of sessions.'),
  counts,
  binding: list(z.enum([...COUNTS, ...CAPS])).describe(
    'Every count that equals the answer; where there is none, what no number of instances meets.',
  ),
  instances: numberOrNull.describe('null: it cannot be bought with instances; exit code 3, and no manifest.'),
  doesNotFit: optional(doesNotFit),
  /** What the measurement leaves open; they head the warnings. */
  notes: optional(list(z.string())),
  /** What instances cannot cure, and what the answer takes for granted. */
  warnings: list(z.string()),
  /** At `instances`; absent when there is no such number. */
  fleet: optional(fleet),
  /** Instances at the rate that is sized with, and at the smallest that is too much. */
  sensitivity: optional(
    shape({ confirmed: numberOrNull, smallestFail: numberOrNull }).describe(
      'Instances by the confirmed rate, and by the smallest that failed.',
    ),
  ),
  /** Only where that makes a difference. */
  burstAbsorbed: optional(burstAbsorbed),
  underFaults: list(faultSizing),
  dependency: optional(dependency),
  autoscaling: optional(autoscaling),
  /** Nothing in it is counted twice. */
  chain: list(z.string()).describe('The assumptions in order: peak, growth, burst, utilization, losses.'),
  /** Absent when CPU per call or cores are not known. */
  plainFormula: optional(plainFormula),
});

/** Instances needed for the planned traffic: the smallest number that meets all counts at once. */
export type SizingFigures = z.infer<typeof sizing>;
