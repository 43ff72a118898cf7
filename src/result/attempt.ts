import { z } from 'zod';
import { shape } from './schema-terms.js';

export const attempt = shape({
  run: z.string().describe('Id of its run.'),
  folder: z.string().describe('Its run folder, from the folder of this result.'),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid']).describe('What it came to by itself.'),
  summary: z.string(),
});

/** One attempt of a run that was repeated. */
export type Attempt = z.infer<typeof attempt>;
