import { z } from 'zod';

export const readinessItem = z
  .strictObject({
    item: z.string().describe('What has to be known before production.'),
    state: z.enum(['passed', 'failed', 'inconclusive', 'not tested']),
    evidence: z.string().describe('A sentence that says why.'),
  })
  .readonly();

/** One question before production, and what this run says to it. */
export type ReadinessItem = z.infer<typeof readinessItem>;
