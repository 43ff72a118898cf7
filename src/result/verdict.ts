import { z } from 'zod';
import { list } from './schema-terms.js';

const check = z
  .strictObject({
    name: z.string(),
    source: z.enum(['slo', 'baseline', 'validity', 'run']),
    scope: z.string().describe('What it covers, for instance `normal load` or `tool search_orders`.'),
    metric: z.string(),
    limit: z.number().exactOptional(),
    actual: z.number().nullable().exactOptional(),
    unit: z.string().exactOptional().describe('Of limit and actual: us, ratio, 1/s, count.'),
    /**
     * In the unit of `actual`. It takes calls as independent, and decides nothing. `high` is `null` where so few calls bound it on one
     * side only, or where it lies among unanswered calls.
     */
    interval: z
      .strictObject({ low: z.number(), high: z.number().nullable(), level: z.number() })
      .readonly()
      .exactOptional()
      .describe('Interval of the true quantile, from order statistics; for display.'),
    outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid', 'not-applicable']),
    evidence: z.string().describe('A sentence with the figures that decided.'),
  })
  .readonly();

/** One judged limit with its evidence. */
export type Check = z.infer<typeof check>;

export const verdict = z
  .strictObject({
    outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid']),
    exitCode: z.number(),
    /** One sentence that says why. */
    summary: z.string(),
    checks: list(check),
  })
  .readonly();

export type Verdict = z.infer<typeof verdict>;

export type Outcome = Verdict['outcome'];
