import { z } from 'zod';
import { list, shape } from './schema-terms.js';

const check = shape({
  name: z.string(),
  source: z.enum(['slo', 'baseline', 'gate', 'run']),
  scope: z.string().describe('What it covers, for instance `normal load` or `tool search_orders`.'),
  metric: z.string(),
  limit: z.number().exactOptional(),
  actual: z.number().nullable().exactOptional(),
  unit: z.string().exactOptional().describe('Of limit and actual: us, ratio, 1/s, count.'),
  /**
   * In the unit of `actual`. It takes calls as independent, and decides nothing. `high` is `null` where so few calls bound it on one
   * side only, or where it lies among unanswered calls.
   */
  interval: shape({ low: z.number(), high: z.number().nullable(), level: z.number() })
    .exactOptional()
    .describe('Interval of the true quantile, from order statistics; for display.'),
  /** Latency only; absent where it is nothing, or cannot be told. */
  shiftUs: z
    .number()
    .exactOptional()
    .describe('What could be taken off `actual`: at most so much of it is the delay of this machine.'),
  outcome: z
    .enum(['pass', 'fail', 'inconclusive', 'invalid', 'not-applicable'])
    .describe('invalid: in doubt, for this machine could have made the outcome. inconclusive: too few calls, or none.'),
  certain: z
    .boolean()
    .describe('Whether it was met or missed whatever this machine did: true of every pass and fail, false of everything else.'),
  evidence: z.string().describe('A sentence with the figures that decided.'),
  warning: z.literal(true).exactOptional().describe('It is worth a look, and fails nothing.'),
});

/** One judged limit with its evidence. */
export type Check = z.infer<typeof check>;

/** A check before it is said whether its outcome is certain. */
export type CheckDraft = Omit<Check, 'certain'>;

/** Says of a check whether its outcome is certain: what is in doubt or proves nothing is neither met nor missed. */
export const settled = (draft: CheckDraft): Check => ({
  ...draft,
  certain: draft.outcome === 'pass' || draft.outcome === 'fail',
});

export const verdict = shape({
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid']),
  exitCode: z.number(),
  /** One sentence that says why. */
  summary: z.string(),
  checks: list(check),
});

export type Verdict = z.infer<typeof verdict>;

export type Outcome = Verdict['outcome'];
