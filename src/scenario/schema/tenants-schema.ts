import { z } from 'zod';
import { matching, rate, texts } from './field-types.js';
import { sloLimitsSchema } from './slo-schema.js';

export const tenantSchema = z
  .strictObject({
    name: matching(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, . _ or -').describe(
      'Name in every table; unique.',
    ),
    headers: texts('a map of header names to texts')
      .default({})
      .describe('HTTP headers of its requests, in place of those of the same name in `target.headers`: who it is to the server.'),
    weight: z
      .number({ error: 'a number above 0' })
      .positive({ error: 'a number above 0' })
      .optional()
      .describe('Share of what the tenants with a `rate` leave, in proportion to the sum of all weights.'),
    rate: rate()
      .optional()
      .describe(
        'Arrivals per second that are its own in every open phase, whatever the others do; part of the rate of the phase.',
      ),
    slo: sloLimitsSchema.optional().describe('Limits over its calls in the judged phases, in addition to the SLO of the run.'),
  })
  .meta({ oneOf: [{ required: ['weight'] }, { required: ['rate'] }] });

export const tenantsSchema = z
  .array(tenantSchema, { error: 'a list such as [{ name: acme, weight: 3 }, { name: globex, weight: 1 }]' })
  .min(1, { error: 'at least one tenant' })
  .max(1000, { error: 'at most 1000 tenants' })
  .describe('Who calls: every arrival belongs to one tenant, with sessions, headers, figures and limits of its own.');
