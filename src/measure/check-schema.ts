import { z } from 'zod';

/** One check of a verdict; see `Check` in `result.ts`. */
export const checkSchema = z
  .strictObject({
    name: z.string(),
    source: z.enum(['slo', 'baseline', 'validity', 'run']),
    scope: z.string().describe('What it covers, for instance `all judged phases` or `tool search_orders`.'),
    metric: z.string(),
    limit: z.number().exactOptional(),
    actual: z.number().nullable().exactOptional(),
    unit: z.string().exactOptional().describe('Of limit and actual: us, ratio, 1/s, count.'),
    interval: z
      .strictObject({ low: z.number(), high: z.number().nullable(), level: z.number() })
      .readonly()
      .exactOptional()
      .describe('Where the true quantile lies, from order statistics; for display.'),
    outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid', 'not-applicable']),
    evidence: z.string().describe('A sentence with the figures that decided.'),
  })
  .readonly();
