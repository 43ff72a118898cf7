import { z } from 'zod';
import { latencyFigures } from './latency-figures.js';
import { list, optional } from './schema-terms.js';

export const health = z
  .strictObject({
    probe: z.enum(['live', 'ready']),
    probes: z.number(),
    misses: z.number(),
    /** Stretches in which three or more probes in a row failed. */
    unhealthy: list(z.strictObject({ fromS: z.number(), toS: optional(z.number()), detail: optional(z.string()) }).readonly()),
    latencyUs: optional(latencyFigures),
  })
  .readonly();

/** What one health probe said over the run. */
export type HealthFigures = z.infer<typeof health>;

const span = z.strictObject({ first: z.number(), last: z.number(), max: z.number() }).readonly();
const load = z.strictObject({ mean: z.number(), max: z.number() }).readonly();
const peak = z.strictObject({ max: z.number() }).readonly();

export const saturation = z
  .strictObject({
    process: optional(
      z
        .strictObject({
          pid: z.number(),
          cpuCores: optional(load),
          rssBytes: optional(span),
          threads: optional(peak),
          descriptors: optional(peak),
        })
        .readonly(),
    ),
    host: optional(z.strictObject({ busy: optional(load) }).readonly()),
    /** First, last and largest value of each Prometheus series kept. */
    metrics: optional(z.record(z.string(), span).readonly()),
  })
  .readonly();

/** Resources of the server under test and of the machine, over the run. */
export type SaturationFigures = z.infer<typeof saturation>;
