import { z } from 'zod';
import { atUs } from './latency-figures.js';
import { count, list, optional, shape } from './schema-terms.js';

const neighbourState = shape({
  calls: count('Calls due.'),
  offeredRate: z.number(),
  successRate: z.number(),
  p95Us: atUs.describe('p95 of the response time; null among unanswered calls.'),
});

export type NeighbourState = z.infer<typeof neighbourState>;

const fairnessFigures = shape({
  /** Judged phase. */
  phase: z.string(),
  index: z.number().describe("Jain's index of the success rates: 1 when all fare alike, 1/n when one gets everything."),
  best: shape({ tenant: z.string(), successRate: z.number() }),
  worst: shape({ tenant: z.string(), successRate: z.number() }),
});

/** How evenly a phase served its tenants. */
export type FairnessFigures = z.infer<typeof fairnessFigures>;

const neighbourFigures = shape({
  tenant: z.string(),
  /** Who offered at least 1.5 x what it offered in the quiet phase. */
  loud: list(shape({ tenant: z.string(), fromPerS: z.number(), toPerS: z.number() })),
  quietPhase: z.string(),
  loudPhase: z.string(),
  quiet: neighbourState,
  during: neighbourState,
  slower: optional(z.number().describe('Share of its calls slower than its p95 in the quiet phase; 5 % when nothing changed.')),
  /** `hurt`: slower or less successful beyond chance and by what matters. `held`: not so. `unclear`: too few calls, or in doubt. */
  outcome: z.enum(['hurt', 'held', 'unclear']),
  evidence: z.string(),
});

/**
 * What a tenant that offered the same had to bear while another one offered more: its calls in the phase where the other was loudest,
 * beside its own in the quietest judged phase.
 */
export type NeighbourFigures = z.infer<typeof neighbourFigures>;

export const fairness = shape({ phases: list(fairnessFigures), neighbours: list(neighbourFigures) }).describe(
  'Whether tenants were served alike, and whether one hurt another.',
);
