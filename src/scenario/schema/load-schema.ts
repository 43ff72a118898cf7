import { z } from 'zod';
import { count, duration, durationOrZero, flag, group, matching, rateOrRamp, ratio } from './field-types.js';

export const phaseSchema = z
  .strictObject({
    name: matching(/^[A-Za-z0-9][A-Za-z0-9._ -]*$/, 'a name of letters, digits, space, . _ or -').describe(
      'Name in every table; unique.',
    ),
    rate: rateOrRamp()
      .optional()
      .describe('Open model: arrivals per second, constant (`100/s`) or a linear ramp (`100/s..300/s`).'),
    users: count(1, 100_000).optional().describe('Closed model: callers that each wait for their answer before the next call.'),
    think: durationOrZero().optional().describe('Closed model: pause of a user between two calls. Default 0s.'),
    for: duration().describe('How long the phase lasts.'),
    warmUp: flag().default(false).describe('Kept apart and never judged.'),
    kind: z
      .literal('burst')
      .optional()
      .describe('Calls a constant rate a burst. Default: a burst is at least 1.5 x another constant phase that is not warm-up.'),
  })
  .meta({ oneOf: [{ required: ['rate'] }, { required: ['users'] }] });

const retrySchema = z.strictObject({
  attempts: count(2, 20).describe('Attempts in all, the first included.'),
  backoff: durationOrZero().prefault('100ms').describe('Pause before the second attempt; doubled for each further one.'),
  budget: z
    .union([z.literal('none'), ratio()], { error: 'a ratio such as 10%, or none for no limit' })
    .prefault('10%')
    .describe('Largest share of first attempts that may be retried; `none`: no limit, as clients without a budget.'),
});

export const loadSchema = group(
  'How much load, and when.',
  {
    seed: count(0, 4_294_967_295).default(1).describe('Seed of arrivals, mix and data: the same seed offers the same load.'),
    arrivals: z.enum(['poisson', 'constant']).default('poisson').describe('Spacing of the arrivals of the open model.'),
    timeout: duration().prefault('10s').describe('From the actual start of a call; then it ends as `timeout`.'),
    maxInFlight: count(1, 1_000_000)
      .default(1000)
      .describe('Calls in flight over all workers; further starts are counted as dropped.'),
    drain: durationOrZero().prefault('5s').describe('After the last phase; calls still in flight then are `unfinished`.'),
    retry: z
      .union([z.literal('none'), retrySchema], { error: 'none, or a map such as { attempts: 3, backoff: 100ms, budget: 10% }' })
      .prefault('none')
      .describe('What real clients do after a failed call; retries are counted apart.'),
    workers: z
      .union([z.literal('auto'), count(1, 256)], { error: 'auto, or a whole number from 1 to 256' })
      .default('auto')
      .describe('Load threads; `auto` is 1 until one thread cannot hold the peak rate.'),
    phases: z
      .array(phaseSchema, { error: 'a list such as [{ name: steady, rate: 50/s, for: 10s }]' })
      .min(1, { error: 'at least one phase' })
      .describe('One after the other.'),
  },
  { error: 'a map with phases, such as { phases: [{ name: steady, rate: 50/s, for: 10s }] }' },
);
