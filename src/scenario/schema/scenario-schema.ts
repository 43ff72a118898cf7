import { z } from 'zod';
import { callsSchema, classifySchema, dataSchema } from './calls-schema.js';
import { capacitySchema } from './capacity-schema.js';
import { clientSchema } from './client-schema.js';
import { eventsSchema } from './events-schema.js';
import { dependenciesSchema, faultsSchema, recoverySchema } from './faults-schema.js';
import { matching, text } from './field-types.js';
import { gateSchema } from './gate-schema.js';
import { loadSchema } from './load-schema.js';
import { abortSchema, baselineSchema, sloSchema } from './slo-schema.js';
import { sessionsSchema, targetSchema } from './target-schema.js';
import { tenantsSchema } from './tenants-schema.js';

/**
 * The whole grammar of a scenario file. It is the only source of the types of a file, of the JSON Schema for editors and of the reference page.
 * Its output has durations in milliseconds, rates per second, ratios from 0 to 1, sizes in bytes.
 */
export const scenarioSchema = z.strictObject({
  plimsoll: z.literal(1, { error: '1, the version of this grammar' }).describe('Version of this grammar: 1.'),
  name: matching(/^[a-z0-9-]+$/, 'a name of a-z, 0-9 and -').describe('Name of the scenario; run folders are named after it.'),
  description: text().optional().describe('Free text for the report.'),
  target: targetSchema,
  tenants: tenantsSchema.optional(),
  sessions: sessionsSchema.prefault({}),
  client: clientSchema.optional(),
  load: loadSchema,
  data: dataSchema.default({}),
  calls: callsSchema,
  classify: classifySchema.default([]),
  dependencies: dependenciesSchema.default({}),
  faults: faultsSchema.default([]),
  recovery: recoverySchema.prefault({}),
  events: eventsSchema.default([]),
  slo: sloSchema.optional(),
  baseline: baselineSchema.optional(),
  abort: abortSchema.optional(),
  capacity: capacitySchema.optional(),
  gate: gateSchema.optional(),
});

/** A scenario file as checked: defaults in, durations in ms, rates per second, ratios 0..1, sizes in bytes. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
export type PhaseFile = ScenarioFile['load']['phases'][number];
export type CallFile = ScenarioFile['calls'][number];
export type CapacityFile = NonNullable<ScenarioFile['capacity']>;
export type StepFile = NonNullable<CallFile['steps']>[number];
