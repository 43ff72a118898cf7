import { z } from 'zod';
import { list, optional, pair, shape } from './schema-terms.js';

const sweepPoint = shape({
  callers: z.number(),
  /** Successful calls per second. */
  rate: z.number(),
  /** Absent when it counts. */
  leftOut: optional(z.string().describe('Why it is not in the fit.')),
});

/** One trial of the closed sweep: N callers without think time. */
export type SweepPoint = z.infer<typeof sweepPoint>;

export const law = shape({
  points: list(sweepPoint),
  lambda: z.number().describe('Rate of one caller, calls/s.'),
  sigma: z.number().describe('Contention.'),
  kappa: z.number().describe('Coherency.'),
  /** Where they could be computed. */
  intervals: optional(shape({ lambda: pair, sigma: pair, kappa: pair }).describe('95 %.')),
  model: z.enum(['linear', 'amdahl', 'usl']),
  verdict: z.enum(['peak-measured', 'peak-extrapolated', 'saturates', 'not-usl', 'not-reached']),
  /** Only where the verdict allows a peak: callers and calls/s, with the 95 % interval of the rate. */
  peak: optional(shape({ callers: z.number(), rate: z.number(), low: z.number(), high: z.number() })),
  bestMeasured: shape({ callers: z.number(), rate: z.number() }),
  /** What contention and coherency mean here, in a sentence. */
  meaning: z.string(),
  flags: list(z.string()),
  /** Evenly in log N; the band where it could be computed. */
  curve: list(shape({ callers: z.number(), rate: z.number(), low: optional(z.number()), high: optional(z.number()) })).describe(
    'The fitted law over the measured range, with its 95 % band.',
  ),
  /** F of the levels around the law against its 99 % point; only with repeated trials. */
  lackOfFit: optional(shape({ f: z.number(), limit: z.number() })),
  /** Fall from the best level to the last one; only with repeated trials. */
  decline: optional(
    shape({
      t: z.number(),
      limit: z.number(),
      drop: z.number(),
      bestCallers: z.number(),
      declined: z.boolean(),
    }),
  ),
}).describe('Universal Scalability Law over a closed sweep. It explains; it is never the capacity.');

/** Universal Scalability Law X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1)), fitted to a closed sweep. */
export type LawFigures = z.infer<typeof law>;
