import { z } from 'zod';
import { list, optional } from './schema-terms.js';

/** `capacity.recovery` of `result.json` as zod sees it; `src/result/recovery-figures.ts` holds the types, and the two must agree. */

const load = z
  .strictObject({ share: z.number().describe('Of the confirmed healthy capacity, 0..1.'), rate: z.number().describe('Calls/s.') })
  .readonly();

const level = z
  .strictObject({
    share: z.number().describe('Of the confirmed healthy capacity, 0..1.'),
    offeredRate: z.number().describe('Calls/s, before any retries.'),
    outcome: z.enum(['recovers', 'slow', 'stuck', 'undecided', 'invalid', 'cut']),
    reason: z.string(),
    startS: z.number().describe('From the start of this search.'),
    faultS: optional(z.number().describe('How long the fault was on.')),
    heldS: optional(z.number().describe('How long the load stayed after its lift.')),
    drainS: z.number().describe('Computed: T x (load - degraded) / (1 - load).'),
    recoverS: optional(z.number().describe('From the lift to good service.')),
    inTime: z
      .strictObject({ before: z.number(), during: optional(z.number()), last: z.number() })
      .readonly()
      .describe('Calls answered in time per call due, 0..1.'),
    attemptsPerCall: z.number().describe('Attempts of the clients per call due, the largest over a window.'),
    dependencyAmplification: optional(z.number().describe('Bytes to the dependency per call due, against before the fault.')),
    dropped: z.number().describe('Calls held back by load.maxInFlight.'),
    cameBack: optional(z.boolean().describe('Whether it answered as without load once the load was gone.')),
  })
  .readonly();

export const recoverySchema = list(
  z
    .strictObject({
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
      summary: z.string(),
      healthyRate: optional(z.number().describe('Confirmed healthy capacity, calls/s.')),
      degradedShare: optional(z.number().describe('Share of it that is left under the fault.')),
      hidden: z
        .strictObject({ recovers: optional(load), doesNot: optional(load) })
        .readonly()
        .describe('The largest load that came back by itself, and the smallest above it that did not.'),
      mostAttempts: z.number().describe('Attempts that the retry policy allows for a call.'),
      needs: optional(z.enum(['load-shedding', 'restart']).describe('What a load that did not recover needed.')),
      label: z.string(),
      budgetS: z.number(),
      tookS: z.number(),
      levels: list(level),
      remarks: list(z.string()),
    })
    .readonly(),
).describe('Hidden capacity: the load from which the system comes back by itself after a fault.');
