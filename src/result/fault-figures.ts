import { z } from 'zod';
import { figures } from './call-figures.js';
import { finding, hung, recovery } from './fault-findings.js';
import { count, list, optional, seconds, shape } from './schema-terms.js';

const faultPhase = shape({ segments: list(z.string()), seconds: z.number(), ...figures });
const stretch = optional(faultPhase);

/** Calls of one stretch of time, with the names of the segments it is made of. */
export type FaultPhase = z.infer<typeof faultPhase>;

const bystanderCalls = z.strictObject({
  calls: count('Calls due.'),
  successRate: optional(z.number()),
  p95: optional(z.number().nullable()),
});

const proxyUse = shape({
  connectionsOpen: shape({ before: optional(z.number()), duringMax: z.number() }),
  connectionsOpened: shape({ before: z.number(), during: z.number() }),
  /** Of the tools that use the dependency. */
  bytesPerCall: optional(shape({ before: z.number(), during: z.number() })),
  /** Above 1 the server asks more often than it is asked. */
  amplification: optional(z.number().describe('Bytes sent to the dependency per call, during against before.')),
});

/** What the fault did at the dependency's proxy (embedded engine only). Per call of the tools that use the dependency. */
export type ProxyUse = z.infer<typeof proxyUse>;

const bystander = shape({
  tool: z.string(),
  before: optional(bystanderCalls.readonly()),
  during: bystanderCalls.readonly(),
  touched: z.boolean().describe('It met the SLO before and missed it during the fault.'),
});

/** A tool that does not use the dependency, before and during the fault. */
export type Bystander = z.infer<typeof bystander>;

const readiness = shape({
  probes: z.number(),
  misses: z.number(),
  /** Absent: it never missed, or too late to be the fault's doing. */
  missedAfterS: seconds('From the start of the fault to the first miss.'),
  /** Only where it said ready all the time while the fault was on. */
  missedAfterEndS: seconds('From the end of the fault to a first miss that came too late to be its doing.'),
  /** Absent: none was seen, or it never missed. */
  backAfterS: seconds('From the end of the fault to the first good answer.'),
});

/** What the readiness probe said. Times count from the start of the fault, and from its end. */
export type ReadinessReaction = z.infer<typeof readiness>;

export const fault = shape({
  fault: z.number().describe('Index into the faults of the scenario.'),
  dependency: z.string(),
  recipe: z.string().describe('Recipe name, or toxics for raw ones.'),
  engine: optional(z.enum(['embedded', 'toxiproxy'])),
  path: optional(
    z.enum(['verified', 'unverified']).describe('Whether the server under test connected through the proxy before the load.'),
  ),
  plannedAtS: seconds('When it was due, from the start of the first phase.'),
  plannedForS: seconds('For how long.'),
  steps: z.number().describe('Steps in force, the first included.'),
  startS: seconds('When it started; absent when it never did.'),
  removedAtS: seconds('When it ended; absent when that was not recorded.'),
  toxics: optional(list(z.record(z.string(), z.unknown()).readonly())),
  failure: optional(z.string().describe('Why it could not be done or undone.')),
  tools: optional(list(z.string()).describe('Tools that the phases below count: those that use the dependency, else all.')),
  before: stretch,
  during: stretch,
  after: stretch,
  detectS: seconds('From its start to the end of the first second outside the SLO; resolution one second.'),
  /** What was outside first, in words. */
  detectedBy: optional(z.string()),
  recovery: optional(recovery),
  recoverS: seconds('As recovery.recoverS.'),
  hung: optional(hung),
  inFlight: optional(shape({ before: optional(z.number()), duringMax: z.number() })),
  proxy: optional(proxyUse.describe('What the embedded engine counted at the proxy.')),
  bystanders: optional(list(bystander).describe('Tools that do not use the dependency.')),
  readiness: optional(readiness),
  /** Absent without `load.retry`. */
  hiddenByClient: optional(z.number().describe("Failed attempts that the scenario's own retry policy sent again.")),
  /** From the fault on; absent without such a counter. */
  wastedCalls: optional(z.number().describe('Finished by the server when no caller waited any more, by its own counter.')),
  inDoubt: optional(
    list(z.enum(['before', 'during', 'detect', 'recovery', 'bystanders'])).describe(
      'Figures that the delay of this machine, or load that it withheld, may have made; no finding is drawn from them.',
    ),
  ),
  findings: list(finding),
});

/** A fault of the plan: what was carried out, and what it did to the calls. Absent is absent. */
export type FaultFigures = z.infer<typeof fault>;
