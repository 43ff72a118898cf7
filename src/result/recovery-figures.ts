import { z } from 'zod';
import { list, optional, shape } from './schema-terms.js';

/**
 * recovers: back within three computed drains. slow: later. stuck: not back although the load was held long enough. undecided: it was not
 * held long enough to call it stuck. invalid: the level says nothing about the system. cut: the user ended it.
 */
const recoveryOutcome = z.enum(['recovers', 'slow', 'stuck', 'undecided', 'invalid', 'cut']);

export type RecoveryOutcome = z.infer<typeof recoveryOutcome>;

/** One end of the bracket. */
const load = shape({
  share: z.number().describe('Of the confirmed healthy capacity, 0..1.'),
  rate: z.number().describe('Calls/s.'),
});

export type RecoveryLoad = z.infer<typeof load>;

const level = shape({
  share: z.number().describe('Of the confirmed healthy capacity, 0..1.'),
  offeredRate: z.number().describe('Calls/s, before any retries.'),
  outcome: recoveryOutcome,
  /** One sentence with the figures. */
  reason: z.string(),
  startS: z.number().describe('From the start of this search.'),
  faultS: optional(z.number().describe('How long the fault was on.')),
  heldS: optional(z.number().describe('How long the load stayed after its lift.')),
  drainS: z.number().describe('Computed: T x (load - degraded) / (1 - load).'),
  recoverS: optional(z.number().describe('From the lift to good service.')),
  inTime: shape({ before: z.number(), during: optional(z.number()), last: z.number() }).describe(
    'Calls answered in time per call due, 0..1.',
  ),
  attemptsPerCall: z.number().describe('Attempts of the clients per call due, the largest over a window.'),
  dependencyAmplification: optional(z.number().describe('Bytes to the dependency per call due, against before the fault.')),
  dropped: z.number().describe('Calls held back by load.maxInFlight.'),
  cameBack: optional(z.boolean().describe('Whether it answered as without load once the load was gone.')),
});

/** One load that was held around a fault. */
export type RecoveryLevel = z.infer<typeof level>;

const answer = shape({
  under: z.string().describe('recipe@dependency.'),
  ending: z.enum([
    'bracketed',
    'recovers',
    'nothing-recovers',
    'stays-down',
    'undecided',
    'out-of-time',
    'interrupted',
    'not-started',
  ]),
  /** One sentence for people. */
  summary: z.string(),
  healthyRate: optional(z.number().describe('Confirmed healthy capacity, calls/s.')),
  /** For the computed drain; absent where nobody knows (taken as none). */
  degradedShare: optional(z.number().describe('Share of it that is left under the fault.')),
  hidden: shape({ recovers: optional(load), doesNot: optional(load) }).describe(
    'The largest load that recovered, and the smallest above it that did not.',
  ),
  /** 1 without retries. A queue may stay full from 1 / that of the capacity on. */
  mostAttempts: z.number().describe('Attempts that the retry policy allows for a call.'),
  /** The load taken off, or more than that. */
  needs: optional(z.enum(['load-shedding', 'restart']).describe('What a load that did not recover needed.')),
  /** Which loads were looked at. */
  label: z.string(),
  budgetS: z.number(),
  tookS: z.number(),
  levels: list(level),
  /** What to know about the answer. */
  remarks: list(z.string()),
});

/** The load from which the system comes back by itself after a fault. */
export type RecoveryAnswer = z.infer<typeof answer>;

/** `capacity.recovery`. */
export const recoveryAnswers = list(answer).describe(
  'Hidden capacity: the largest load at which the system recovers after a fault.',
);
