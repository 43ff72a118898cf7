import { z } from 'zod';

export const attempt = z
  .strictObject({
    run: z.string().describe('Id of its run.'),
    folder: z.string().describe('Its run folder, from the folder of this result.'),
    outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid']).describe('What it came to by itself.'),
    summary: z.string(),
  })
  .readonly();

/** One attempt of a run that was repeated. */
export type Attempt = z.infer<typeof attempt>;
