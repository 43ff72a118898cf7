import { z } from 'zod';
import { type Agrees, list, optional } from './schema-terms.js';
import type { SizingFigures } from './sizing-figures.js';

/** `capacity.sizing` of `result.json` as zod sees it; `src/capacity/sizing-*.ts` hold the types, and the two must agree. */

const numberOrNull = z.number().nullable();
const MB = 'MB of 2^20 bytes.';

const podCount = z.union([z.number(), z.string()]).describe('A number, or a share such as 25%.');

/** What a sizing is computed from. Strict: a saved question with a key that this version does not know is refused. */
const sizingQuestionSchema = z
  .strictObject({
    peakPerS: z.number(),
    windowS: z.number().describe('Over which the peak is a mean.'),
    burst: z.number(),
    burstWindowS: z.number(),
    growth: z.number(),
    capacityPerS: z.number().describe('Rate that one instance sustains within the SLO.'),
    smallestFailPerS: numberOrNull,
    utilisation: z.number(),
    failureUtilisation: z.number(),
    surviveInstances: z.number(),
    zones: z.number(),
    surviveZones: z.number(),
    minimum: z.number(),
    affinity: z.enum(['none', 'session']),
    sessionRateVariation: z.number(),
    sessionsHeld: z.number(),
    sessionsOpenedPerS: z.number(),
    openingCost: z.number().describe('Of a session, in calls.'),
    reconnectS: numberOrNull,
    latencyS: numberOrNull,
    baseMemoryMb: numberOrNull.describe(MB),
    sessionMemoryMb: numberOrNull.describe(MB),
    callMemoryMb: numberOrNull.describe(MB),
    memoryLimitMb: numberOrNull.describe(MB),
    heapLimitMb: numberOrNull.describe(MB),
    heapShare: z.number(),
    fill: z.number(),
    maxSessions: numberOrNull,
    baseDescriptors: z.number(),
    sessionDescriptors: z.number(),
    callDescriptors: z.number(),
    descriptorLimit: numberOrNull,
    cores: numberOrNull,
    cpuPerCallS: numberOrNull,
    idleCores: numberOrNull,
    scalingEfficiency: numberOrNull,
    dependency: z
      .strictObject({
        maxConnections: z.number(),
        reserved: z.number(),
        otherConnections: z.number(),
        pool: z.number(),
        callsPerCall: z.number(),
        capacityPerS: numberOrNull,
      })
      .readonly()
      .nullable(),
    rolling: z.strictObject({ maxUnavailable: podCount, maxSurge: podCount }).readonly().nullable(),
    faults: list(
      z
        .strictObject({
          name: z.string(),
          capacityPerS: z.number(),
          latencyS: numberOrNull,
          timeoutS: z.number(),
          amplification: z.number(),
        })
        .readonly(),
    ),
    autoscaling: z
      .strictObject({
        requestCores: numberOrNull,
        growthPerS: z.number(),
        lagS: z.number(),
        tolerance: z.number(),
        troughPerS: numberOrNull,
        troughSessions: z.number(),
      })
      .readonly()
      .nullable(),
    averagePerS: numberOrNull,
    pricePerHour: numberOrNull,
  })
  .readonly()
  .describe('Rates in calls/s, times in seconds, memory in MB of 2^20 bytes. null: not known, or no such limit.');

const counts = z
  .strictObject({
    load: numberOrNull,
    instanceLoss: numberOrNull,
    zoneLoss: numberOrNull,
    sessions: numberOrNull,
    memory: numberOrNull,
    descriptors: numberOrNull,
    rollingUpdate: optional(numberOrNull),
    minimum: numberOrNull,
  })
  .readonly()
  .describe('Instances that each count alone asks for: 0 where it does not apply, null where no number is enough.');

const fleet = z
  .strictObject({
    utilisation: z
      .strictObject({
        allUp: z.number(),
        instanceLoss: optional(z.number()),
        zoneLoss: optional(z.number()),
        rollingUpdate: optional(z.number()),
      })
      .readonly(),
    worstFailureUtilisation: z.number(),
    survivors: z.number(),
    hotspotLoad: z.number(),
    hotspotSessions: z.number(),
    inflight: optional(z.number()),
    inflightPerSurvivor: optional(z.number()),
    sessionsHottest: z.number(),
    memoryMb: optional(z.number()),
    heapMb: optional(z.number()),
    descriptors: optional(z.number()),
    reconnectRate: z.number(),
    coresTotal: optional(z.number()),
    coresAllUp: optional(z.number()),
    coresWorst: optional(z.number()),
    overPeak: z.number(),
    costMonth: optional(z.number()),
    costPerMillionCalls: optional(z.number()),
  })
  .readonly()
  .describe('The fleet of that many instances; hottest survivor for memory, sessions, descriptors and coresWorst.');

const faultSizing = z
  .strictObject({
    name: z.string(),
    instances: numberOrNull,
    inflight: optional(z.number()),
    inflightAtPlannedInstances: optional(z.number()),
    utilisationAtPlannedInstances: optional(z.number()),
    memoryMbAtPlannedInstances: optional(z.number()),
    memoryFitsAtPlannedInstances: optional(z.boolean()),
    reason: optional(z.string()),
  })
  .readonly();

const dependency = z
  .strictObject({
    instances: z.number(),
    connections: z.number(),
    room: z.number(),
    instancesThatFit: z.number(),
    poolThatFits: z.number(),
    callsPerSecond: z.number(),
    utilisation: numberOrNull,
  })
  .readonly();

const autoscaling = z
  .strictObject({
    requestCores: z.number(),
    limitMemoryMb: numberOrNull,
    targetLag: z.number(),
    targetSurvive: z.number(),
    targetSurviveAtPlannedInstances: z.number(),
    targetPercent: z.number(),
    worstSurvivorRatio: z.number(),
    worstRatioAt: z.number(),
    minReplicas: z.number(),
    maxReplicas: z.number(),
    replicasAtPlannedPeak: numberOrNull,
    pdbMaxUnavailable: z.number(),
  })
  .readonly();

const COUNTS = ['load', 'instanceLoss', 'zoneLoss', 'sessions', 'memory', 'descriptors', 'rollingUpdate', 'minimum'] as const;

const doesNotFit = z
  .strictObject({
    summary: z.string(),
    needed: optional(z.number()).describe('Instances that the counts ask for.'),
    allowed: optional(z.number()).describe('Most instances that the connections of the database allow.'),
    peakThatFits: optional(z.number()).describe('Largest planned peak that as many carry, calls/s.'),
    remedies: list(z.string()),
  })
  .readonly()
  .describe('Why no number of instances is enough; only where instances is null.');

export const sizingSchema = z
  .strictObject({
    question: sizingQuestionSchema,
    inputs: list(
      z
        .strictObject({
          name: z.string(),
          value: z.union([z.number(), z.string(), z.null()]),
          unit: z.string(),
          source: z
            .enum(['measured', 'estimated', 'given', 'default'])
            .describe('estimated: an end of the interval of the estimate.'),
          interval: optional(z.tuple([z.number(), z.number()]).readonly().describe('95 %, of what was measured by regression.')),
        })
        .readonly(),
    ),
    plannedCalls: z.number().describe('Calls/s at the peak, burst and growth included.'),
    demand: z.number().describe('The same with the opening of sessions.'),
    counts,
    binding: list(z.enum([...COUNTS, 'connections', 'dependencyRate'])).describe(
      'Every count that equals the answer; where there is none, what no number of instances meets.',
    ),
    instances: numberOrNull.describe('null: it cannot be bought with instances; exit code 3, and no manifest.'),
    doesNotFit: optional(doesNotFit),
    notes: optional(list(z.string())),
    warnings: list(z.string()),
    fleet: optional(fleet),
    sensitivity: optional(
      z
        .strictObject({ confirmed: numberOrNull, smallestFail: numberOrNull })
        .readonly()
        .describe('At both ends of the interval.'),
    ),
    burstAbsorbed: optional(
      z
        .strictObject({
          instances: z.number(),
          addedWaitS: z.number(),
          utilisation: optional(z.number()),
          worstAddedWaitS: optional(z.number()),
          worstUtilisation: optional(z.number()),
        })
        .readonly()
        .describe('Fewer instances, with none for the burst, and what the burst then does.'),
    ),
    underFaults: list(faultSizing),
    dependency: optional(dependency),
    autoscaling: optional(autoscaling),
    chain: list(z.string()).describe('The assumptions in order: peak, growth, burst, utilisation, losses.'),
    plainFormula: optional(
      z
        .strictObject({
          cores: z.number(),
          memoryMb: numberOrNull,
          instances: z.number(),
          impliedUtilisation: z.number(),
          misses: list(z.string()),
        })
        .readonly(),
    ),
  })
  .readonly();

/** Does not compile when the types of the figures and this schema differ. */
export const sizingSchemaAgrees: Agrees<z.infer<typeof sizingSchema>, SizingFigures> = true;
