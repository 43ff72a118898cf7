import { z } from 'zod';
import { shape } from './schema-terms.js';

export const readinessItem = shape({
  item: z.string().describe('What has to be known before production.'),
  state: z.enum(['passed', 'failed', 'inconclusive', 'not tested']),
  evidence: z.string().describe('A sentence that says why.'),
});

/** One question before production, and what this run says to it. */
export type ReadinessItem = z.infer<typeof readinessItem>;
