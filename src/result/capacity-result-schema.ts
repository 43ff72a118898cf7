import { z } from 'zod';
import { TRAFFIC_KINDS } from '../journal/sessions-entry.js';
import type { CapacityFigures } from './capacity-figures.js';
import { recoverySchema } from './recovery-result-schema.js';
import { type Agrees, list, optional } from './schema-terms.js';
import { sizingSchema } from './sizing-result-schema.js';

/** `capacity` of `result.json` as zod sees it; `src/capacity/*-figures.ts` hold the types, and the two must agree. */

const perS = (words: string) => z.number().describe(`${words}, calls/s.`);
const pair = z.tuple([z.number(), z.number()]).readonly();
const atUs = z.number().nullable();

const replicas = z
  .strictObject({ least: z.number(), most: z.number() })
  .readonly()
  .describe('Replicas behind the target, where its metrics tell.');

const trial = z
  .strictObject({
    under: z.string().describe('What was on: none, or recipe@dependency.'),
    purpose: z.enum(['warm-up', 'double', 'bisect', 'soak', 'refine']),
    offeredRate: perS('What the schedule asked for'),
    achievedRate: optional(perS('Successes that ended in the measured window')),
    durationS: z.number().describe('Measured window, without settle and drain.'),
    startS: z.number().describe('From the start of the search.'),
    outcome: z.enum(['pass', 'fail', 'insufficient', 'invalid']),
    reason: z.string().describe('Which rule decided, with its figures.'),
    due: z.number().describe('Calls due in the measured window.'),
    over: z.number().describe('Calls over the limit of the condition, or unanswered.'),
    condition: z.string().describe('The condition that decided or was nearest to its limit.'),
    latencyUs: optional(z.strictObject({ p50: atUs, p95: atUs, p99: atUs }).readonly()),
    successRate: optional(z.number()),
    cpuCores: optional(z.number().describe('Of the server under test.')),
    rssBytes: optional(z.number().describe('Of the server under test.')),
    meanInFlight: optional(z.number()),
    replicas: optional(replicas),
  })
  .readonly();

const interval = z
  .strictObject({
    confirmedPass: optional(perS('Achieved rate of a passed soak')),
    smallestFail: optional(perS('Lowest offered rate above it that failed')),
  })
  .readonly()
  .describe('A bracket of rates that were tried; no confidence interval.');
const estimate = z
  .strictObject({ rate: z.number(), low: z.number(), high: z.number(), level: z.number() })
  .readonly()
  .describe('From all valid trials, calls/s; low and high bound it at `level`.');

const answer = {
  under: z.string(),
  ending: z.enum(['confirmed', 'at-least', 'nothing-passes', 'unconfirmed', 'invalid', 'interrupted', 'degraded-for-good']),
  summary: z.string(),
  interval,
  estimate: optional(estimate),
  generatorLimited: optional(perS('Rate from which on the generator was the limit')),
  bindingCondition: optional(z.string()),
  label: z.string().describe('Honest width of the budget.'),
  budgetS: z.number(),
  tookS: z.number(),
  replicas: optional(replicas),
  trials: list(trial),
};

const law = z
  .strictObject({
    points: list(
      z
        .strictObject({
          callers: z.number(),
          rate: z.number(),
          leftOut: optional(z.string().describe('Why it is not in the fit.')),
        })
        .readonly(),
    ),
    lambda: perS('Rate of one caller'),
    sigma: z.number().describe('Contention.'),
    kappa: z.number().describe('Coherency.'),
    intervals: optional(z.strictObject({ lambda: pair, sigma: pair, kappa: pair }).readonly().describe('95 %.')),
    model: z.enum(['linear', 'amdahl', 'usl']),
    verdict: z.enum(['peak-measured', 'peak-extrapolated', 'saturates', 'not-usl', 'not-reached']),
    peak: optional(z.strictObject({ callers: z.number(), rate: z.number(), low: z.number(), high: z.number() }).readonly()),
    bestMeasured: z.strictObject({ callers: z.number(), rate: z.number() }).readonly(),
    meaning: z.string(),
    flags: list(z.string()),
    curve: list(
      z.strictObject({ callers: z.number(), rate: z.number(), low: optional(z.number()), high: optional(z.number()) }).readonly(),
    ).describe('The fitted law over the measured range, with its 95 % band.'),
    lackOfFit: optional(z.strictObject({ f: z.number(), limit: z.number() }).readonly()),
    decline: optional(
      z
        .strictObject({
          t: z.number(),
          limit: z.number(),
          drop: z.number(),
          bestCallers: z.number(),
          declined: z.boolean(),
        })
        .readonly(),
    ),
  })
  .readonly()
  .describe('Universal Scalability Law over a closed sweep. It explains; it is never the capacity.');

const resources = z
  .strictObject({
    cpuPerCallS: optional(z.number().describe('CPU seconds of one call.')),
    idleCores: optional(z.number()),
    baseBytes: optional(z.number()),
    callBytes: optional(z.number().describe('Bytes of one call in flight.')),
    sessionBytes: optional(z.number().describe('Bytes of one idle session.')),
    intervals: optional(
      z
        .strictObject({
          cpuPerCallS: optional(pair),
          idleCores: optional(pair),
          baseBytes: optional(pair),
          callBytes: optional(pair),
          sessionBytes: optional(pair),
        })
        .readonly()
        .describe('95 %, of slopes and intercepts.'),
    ),
    remarks: list(z.string()),
  })
  .readonly()
  .describe('What one instance of the server under test uses.');

export const capacitySchema = z
  .strictObject({
    unit: z.literal('calls/s'),
    instances: z.number().describe('Replicas behind the measured target.'),
    arrivals: z.enum(['poisson', 'constant']),
    healthy: optional(z.strictObject(answer).readonly()),
    underFaults: list(
      z
        .strictObject({
          ...answer,
          duringFault: optional(
            z
              .strictObject({ interval, estimate: optional(estimate), bindingCondition: optional(z.string()) })
              .readonly()
              .describe('The same trials judged by `slo.during.fault`.'),
          ),
          lost: optional(z.number().describe('1 - rate under the fault / healthy rate.')),
        })
        .readonly(),
    ),
    traffic: optional(
      list(
        z
          .strictObject({
            what: z.enum(TRAFFIC_KINDS),
            drives: z.number().describe('Stretches of load.'),
            calls: z.number().describe('Requests that were started, settle, drain and retries included.'),
            failed: z.number(),
          })
          .readonly(),
      ).describe('Everything that the search sent, measured or not.'),
    ),
    recovery: optional(recoverySchema),
    law: optional(law),
    lawRefused: optional(z.string()),
    resources: optional(resources),
    sizing: optional(sizingSchema),
    sizingRefused: optional(z.string()),
  })
  .readonly();

/** Does not compile when the types of the figures and this schema differ. */
export const capacitySchemaAgrees: Agrees<z.infer<typeof capacitySchema>, CapacityFigures> = true;
