import { z } from 'zod';

/** One gate of a build against itself: how far pairs of one build lie apart on a machine. */
const selfCheckSchema = z.object({
  runId: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  host: z.record(z.string(), z.unknown()),
  scenarioHash: z.string(),
  mode: z.enum(['duet', 'pairs']),
  phase: z.string(),
  /** Absent: no fault was held on. */
  under: z.string().optional(),
  /** Counted pairs. */
  pairs: z.number().int().min(2),
  /** Standard deviation of the log ratio of a pair, by name of the metric. */
  metrics: z.array(z.object({ name: z.string(), pairSd: z.number().nonnegative() })),
});

/** What is kept of the self-checks of a scenario: the last of each machine, workload, phase, mode and fault. */
export const selfChecksSchema = z.object({ schema: z.literal('plimsoll.gate-self/1'), checks: z.array(selfCheckSchema) });

/** One gate of a build against itself: how far pairs of one build lie apart on a machine. */
export type SelfCheck = z.infer<typeof selfCheckSchema>;
