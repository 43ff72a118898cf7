import { z } from 'zod';
import { latencyFigures } from './latency-figures.js';
import { list, optional, shape } from './schema-terms.js';

export const health = shape({
  probe: z.enum(['live', 'ready']),
  probes: z.number(),
  misses: z.number(),
  /** Stretches in which three or more probes in a row failed. */
  unhealthy: list(shape({ fromS: z.number(), toS: optional(z.number()), detail: optional(z.string()) })),
  latencyUs: optional(latencyFigures),
});

/** What one health probe said over the run. */
export type HealthFigures = z.infer<typeof health>;

const span = shape({ first: z.number(), last: z.number(), max: z.number() });
const load = shape({ mean: z.number(), max: z.number() });
const peak = shape({ max: z.number() });

export const saturation = shape({
  process: optional(
    shape({
      pid: z.number(),
      cpuCores: optional(load),
      rssBytes: optional(span),
      threads: optional(peak),
      descriptors: optional(peak),
    }),
  ),
  host: optional(shape({ busy: optional(load) })),
  /** First, last and largest value of each Prometheus series kept. */
  metrics: optional(z.record(z.string(), span).readonly()),
});

/** Resources of the server under test and of the machine, over the run. */
export type SaturationFigures = z.infer<typeof saturation>;
