import { z } from 'zod';
import { figures, tenantFigures, toolFigures } from './call-figures.js';
import { atUs, intervalHistogram, latencyFigures } from './latency-figures.js';
import { list, optional, shape } from './schema-terms.js';

const segmentKind = z.enum(['warm-up', 'steady', 'ramp', 'burst', 'closed', 'edge', 'fault', 'recovery']);

/** How much this machine disturbed a stretch of the load. */
export const disturbed = z.strictObject({
  seconds: z.number().describe('Seconds with more than 50 ms of delay, or a start that was more than 10 ms late.'),
  of: z.number().describe('Seconds that were looked at.'),
  causes: list(z.string()).describe('What was seen, a sentence each. Shown; it decides nothing by itself.'),
});

const segmentValidity = shape({
  valid: z.boolean().describe('Nothing that this phase shows by itself is in doubt.'),
  reasons: list(z.string()).describe('Why it is in doubt.'),
  /** Absent for the edge of a phase, which has no time of its own. */
  disturbed: optional(disturbed.readonly()),
  latenessUs: optional(latencyFigures.describe('Actual minus intended start.')),
  generatorCores: optional(z.number()),
  steal: optional(z.number()),
  throttledS: optional(z.number()),
});

export type SegmentValidity = z.infer<typeof segmentValidity>;

export const phaseFigures = shape({
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
});

export type PhaseFigures = z.infer<typeof phaseFigures>;

/** For exact counting against a limit; absent when there were none. */
const histograms = {
  response: optional(intervalHistogram.describe('Response times of answered successes.')),
  failedResponse: optional(intervalHistogram.describe('Response times of answered failures.')),
};

export const groupFigures = shape({
  /** `judged`: steady, ramp, burst and closed, as the plain SLO and the baseline see them. */
  by: z.enum(['judged', 'kind', 'phase']),
  /** Kind or phase name; `judged` for the judged segments. */
  name: z.string(),
  /** That the group covers. */
  seconds: z.number(),
  ...figures,
  ...histograms,
  /** In the judged group alone; absent where nothing tells how long a server on this machine waited. */
  low: optional(
    shape({ p50: atUs, p95: atUs, p99: atUs }).describe(
      'The least that response times can have been but for the delay of this machine: what a baseline keeps.',
    ),
  ),
  /** With their histograms in the judged group alone. */
  tools: list(shape({ tool: z.string(), ...figures, ...histograms })),
  /** With their histograms; in the judged group alone, and only where there are tenants. */
  tenants: optional(list(shape({ tenant: z.string(), ...figures, ...histograms }))),
}).describe('Segments taken together: counts and histograms added, never figures averaged.');

/** Segments taken together: counts and histograms added, never figures averaged. */
export type GroupFigures = z.infer<typeof groupFigures>;
