import { z } from 'zod';
import {
  count,
  duration,
  durationOrZero,
  group,
  hostAndPort,
  json,
  jsonObject,
  matching,
  nonEmpty,
  ratio,
} from './field-types.js';

export const dependencySchema = z.strictObject({
  listen: hostAndPort().describe('Where the proxy listens: the address that the server under test connects to.'),
  upstream: hostAndPort().describe('The real dependency.'),
  tools: z
    .array(nonEmpty('the name of a tool'), { error: 'a list of tool names' })
    .default([])
    .describe('Tools that use it: the expected blast radius. Default: not known.'),
  maxConnections: count().optional().describe('Connections it allows; used by sizing.'),
});

export const dependenciesSchema = z
  .record(matching(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'a name of letters, digits, _ or -'), dependencySchema, {
    error: 'a map of names to { listen, upstream }',
  })
  .describe('Proxies in front of what the server depends on.');

const toxicSchema = z.strictObject({
  type: nonEmpty('a toxic such as latency or bandwidth').describe('Toxic type of Toxiproxy.'),
  stream: z.enum(['upstream', 'downstream']).optional().describe('Direction. Default downstream.'),
  toxicity: ratio().optional().describe('Share of connections it takes hold of. Default 100 %.'),
  attributes: z
    .record(z.string(), json(), { error: 'a map of names to numbers' })
    .default({})
    .describe('Attributes of the toxic.'),
});

export const faultSchema = z
  .strictObject({
    dependency: nonEmpty('the name of a dependency').describe('Name of an entry of `dependencies`.'),
    inject: matching(/^[a-z][a-z0-9-]*$/, 'a recipe such as slow-dependency')
      .optional()
      .describe('Recipe, see `plimsoll faults list`.'),
    toxics: z
      .array(toxicSchema, { error: 'a list of toxics' })
      .min(1, { error: 'at least one toxic' })
      .optional()
      .describe('Raw toxics instead of a recipe.'),
    at: durationOrZero().describe('From the start of the first phase, warm-up included.'),
    for: duration().describe('How long it lasts.'),
    with: jsonObject().optional().describe('Parameters of the recipe.'),
  })
  .meta({ oneOf: [{ required: ['inject'] }, { required: ['toxics'] }] });

export const faultsSchema = z.array(faultSchema, { error: 'a list of faults' }).describe('Faults and when they are on.');

export const recoverySchema = group('What counts as recovered.', {
  within: duration().prefault('10s').describe('Back inside the SLO this long after a fault ends.'),
});
