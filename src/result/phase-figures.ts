import { z } from 'zod';
import { figures, tenantFigures, toolFigures } from './call-figures.js';
import { intervalHistogram, latencyFigures } from './latency-figures.js';
import { list, optional } from './schema-terms.js';

const segmentKind = z.enum(['warm-up', 'steady', 'ramp', 'burst', 'closed', 'edge', 'fault', 'recovery']);

const segmentValidity = z
  .strictObject({
    valid: z.boolean(),
    reasons: list(z.string()),
    latenessUs: optional(latencyFigures.describe('Actual minus intended start.')),
    generatorCores: optional(z.number()),
    steal: optional(z.number()),
    throttledS: optional(z.number()),
  })
  .readonly();

export type SegmentValidity = z.infer<typeof segmentValidity>;

export const phaseFigures = z
  .strictObject({
    id: z.number(),
    name: z.string(),
    phase: z.string(),
    kind: segmentKind,
    startS: z.number().describe('Seconds from the start of the first phase.'),
    endS: z.number(),
    ...figures,
    /** Within this segment. */
    tools: list(toolFigures),
    /** Within this segment; absent when the scenario has no tenants. */
    tenants: optional(list(tenantFigures)),
    validity: segmentValidity,
  })
  .readonly();

export type PhaseFigures = z.infer<typeof phaseFigures>;

/** For exact counting against a limit; absent when there were none. */
const histograms = {
  response: optional(intervalHistogram.describe('Response times of answered successes.')),
  failedResponse: optional(intervalHistogram.describe('Response times of answered failures.')),
};

export const groupFigures = z
  .strictObject({
    /** `judged`: steady, ramp, burst and closed, as the plain SLO and the baseline see them. */
    by: z.enum(['judged', 'kind', 'phase']),
    /** Kind or phase name; `judged` for the judged segments. */
    name: z.string(),
    /** That the group covers. */
    seconds: z.number(),
    ...figures,
    ...histograms,
    /** With their histograms in the judged group alone. */
    tools: list(z.strictObject({ tool: z.string(), ...figures, ...histograms }).readonly()),
    /** With their histograms; in the judged group alone, and only where there are tenants. */
    tenants: optional(list(z.strictObject({ tenant: z.string(), ...figures, ...histograms }).readonly())),
  })
  .readonly()
  .describe('Segments taken together: counts and histograms added, never figures averaged.');

/** Segments taken together: counts and histograms added, never figures averaged. */
export type GroupFigures = z.infer<typeof groupFigures>;
