import { z } from 'zod';
import { law } from './law-figures.js';
import { recoveryAnswers } from './recovery-figures.js';
import { list, optional, pair, shape } from './schema-terms.js';
import { sizing } from './sizing-figures.js';
import { traffic } from './traffic-figures.js';

const perS = (words: string) => z.number().describe(`${words}, calls/s.`);
const atUs = z.number().nullable();

/** Fewest and most while it ran. */
const replicas = shape({ least: z.number(), most: z.number() }).describe('Replicas behind the target, if its metrics show them.');

const trial = shape({
  under: z.string().describe('What was on: none, or recipe@dependency.'),
  purpose: z.enum(['warm-up', 'double', 'bisect', 'soak', 'refine']),
  offeredRate: perS('What the schedule asked for'),
  /** Absent where the trial was stopped within its first second. */
  achievedRate: optional(perS('Successes that ended in the measured window')),
  durationS: z.number().describe('Measured window, without settle and drain.'),
  startS: z.number().describe('From the start of the search.'),
  outcome: z.enum(['pass', 'fail', 'insufficient', 'invalid']),
  reason: z.string().describe('Which rule decided, with its figures.'),
  /** From the schedule. */
  due: z.number().describe('Calls due in the measured window.'),
  over: z.number().describe('Calls over the limit of the condition, or unanswered.'),
  /** For instance `p95 <= 400 ms`. */
  condition: z.string().describe('The condition that decided or was nearest to its limit.'),
  /** Of answered successes; null among unanswered calls. Absent when the trial was stopped early. */
  latencyUs: optional(shape({ p50: atUs, p95: atUs, p99: atUs })),
  successRate: optional(z.number()),
  /** Over the measured window, where it could be read, as the next. */
  cpuCores: optional(z.number().describe('Of the server under test.')),
  rssBytes: optional(z.number().describe('Of the server under test.')),
  meanInFlight: optional(z.number()),
  replicas: optional(replicas),
  stopped: optional(z.enum(['in-flight', 'over', 'late', 'deadline', 'stopped']).describe('Which rule ended it early.')),
});

/** One trial of the search, as it ended. Times of `inFlight` and `blocks` count from the end of the settle. */
export type Trial = z.infer<typeof trial>;

const interval = shape({
  confirmedPass: optional(perS('Achieved rate of a passed soak')),
  smallestFail: optional(perS('Lowest offered rate above it that failed')),
}).describe('A bracket of rates that were tried; no confidence interval.');

/** Absent when nothing failed or nothing passed. */
const estimate = shape({ rate: z.number(), low: z.number(), high: z.number(), level: z.number() }).describe(
  'From all valid trials, calls/s; low and high bound it at `level`.',
);

const worksOn = shape({
  calls: z.number().describe('Largest throughput x service time of a call (Little), all instances together.'),
  /** Absent: a trial showed the largest throughput. */
  atLeast: optional(z.literal(true).describe('The server was never seen to be full.')),
  throughput: perS('Largest throughput'),
  serviceUs: z.number().describe('Service time of a call without waiting, microseconds.'),
  /** Of the process that is read, as the next at the soak. */
  cpuCores: optional(z.number()),
  machineCores: optional(z.number().describe('Cores of the machine that it runs on.')),
  /** Pools and event loops on its metrics page. */
  gauges: optional(z.record(z.string(), z.number()).readonly()),
  /** One sentence for people. */
  text: z.string(),
});

/** What limits the server at the answer: how many calls it works on at once, beside its CPU. */
export type WorksOn = z.infer<typeof worksOn>;

const answer = {
  under: z.string(),
  /** confirmed: a soak passed. at-least: generator-limited, or nothing failed. nothing-passes: not even at start/16. unconfirmed: no time for a soak. */
  ending: z.enum(['confirmed', 'at-least', 'nothing-passes', 'unconfirmed', 'invalid', 'interrupted', 'degraded-for-good']),
  /** One sentence for people. */
  summary: z.string(),
  interval,
  estimate: optional(estimate),
  generatorLimited: optional(perS('Rate from which on the generator was the limit')),
  /** Absent: none. They are invalid trials, and were repeated as far as time allowed. */
  inDoubt: optional(z.number().describe('Trials whose failure the machine of the load may have made.')),
  undecided: optional(perS('Lowest rate whose trials stayed in doubt')),
  /** For instance `p95 <= 400 ms`. */
  bindingCondition: optional(z.string()),
  /** Absent where the trials do not tell. */
  worksOn: optional(worksOn),
  /** For instance `estimate ±9 %`. */
  label: z.string().describe('Accuracy that the budget allows.'),
  budgetS: z.number(),
  tookS: z.number(),
  /** Over the trials that count. */
  replicas: optional(replicas),
  trials: list(trial),
};

const healthy = shape(answer);

/** The highest rate that met the SLO, found by the search: a bracket of tried rates, and an estimate from all trials. Rates in calls/s. */
export type CapacityAnswer = z.infer<typeof healthy>;

const resources = shape({
  /** Slope of CPU over achieved rate. */
  cpuPerCallS: optional(z.number().describe('CPU seconds of one call.')),
  /** Cores used without load: its intercept. */
  idleCores: optional(z.number()),
  /** Memory with the sessions of the run open and nothing in flight: intercept of memory over calls in flight. */
  baseBytes: optional(z.number()),
  /** Its slope. */
  callBytes: optional(z.number().describe('Bytes of one call in flight.')),
  /** Slope of memory over sessions opened lot by lot. */
  sessionBytes: optional(z.number().describe('Bytes of one idle session.')),
  intervals: optional(
    shape({
      cpuPerCallS: optional(pair),
      idleCores: optional(pair),
      baseBytes: optional(pair),
      callBytes: optional(pair),
      sessionBytes: optional(pair),
    }).describe('95 %, of slopes and intercepts.'),
  ),
  /** What could not be told, and why; and what a figure hides. */
  remarks: list(z.string()),
}).describe('What one instance of the server under test uses.');

/** What one instance of the server under test uses, from the healthy trials and from sessions opened for it. Each absent where it could not be told. */
export type ResourceFigures = z.infer<typeof resources>;

export const capacity = shape({
  unit: z.literal('calls/s'),
  instances: z.number().describe('Replicas behind the measured target.'),
  /** Arrival process that the figures hold for. */
  arrivals: z.enum(['poisson', 'constant']),
  healthy: optional(healthy),
  underFaults: list(
    shape({
      ...answer,
      duringFault: optional(
        shape({ interval, estimate: optional(estimate), bindingCondition: optional(z.string()) }).describe(
          'The same trials judged by `slo.during.fault`.',
        ),
      ),
      /** Absent where either is unknown. */
      lost: optional(z.number().describe('1 - rate under the fault / healthy rate.')),
    }),
  ),
  traffic: optional(list(traffic).describe('Everything that the search sent, measured or not.')),
  /** Where it was looked for. */
  recovery: optional(recoveryAnswers),
  law: optional(law),
  /** Why there is no law. */
  lawOmitted: optional(z.string()),
  resources: optional(resources),
  sizing: optional(sizing),
  /** Why there is no sizing. */
  sizingOmitted: optional(z.string()),
});

/** `capacity` of result.json. */
export type CapacityFigures = z.infer<typeof capacity>;
