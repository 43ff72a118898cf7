import { z } from 'zod';

const quantile = z.number().nonnegative().optional();
const runFields = z.object({
  runId: z.string(),
  startedAt: z.string(),
  version: z.string(),
  scenario: z.string(),
  scenarioHash: z.string(),
  host: z.record(z.string(), z.unknown()),
  /** When and where; absent in a file of an older version. */
  sitting: z.object({ host: z.string(), boot: z.string().optional(), day: z.string() }).optional(),
  /** Calls judged. */
  calls: z.number(),
  /** Response time in microseconds over judged segments; absent where the run had too few calls, or where it lies among unanswered ones. */
  p50Us: quantile,
  p95Us: quantile,
  p99Us: quantile,
  /** The least that each can have been but for the delay of the machine, microseconds; absent in a file of an older version, and where nothing told. */
  low: z.object({ p50Us: quantile, p95Us: quantile, p99Us: quantile }).optional(),
  errorRate: z.number().min(0).max(1),
  /** Calls that failed, of `calls`; absent in a file of an older version. */
  failures: z.number().int().nonnegative().optional(),
  /** Successful calls per second. */
  throughputPerS: z.number().nonnegative(),
  offeredPerS: z.number().nonnegative(),
  /** Bucket counts of the response time, as in a journal: runs can be merged and compared later. */
  response: z.object({ counts: z.array(z.number()), minUs: z.number(), maxUs: z.number(), sumUs: z.number() }).optional(),
});
const runSchema = runFields.refine(({ calls, failures = 0 }) => failures <= calls, {
  path: ['failures'],
  message: 'more failures than calls',
});
/** What a baseline file holds. */
export const baselineSchema = z.object({
  schema: z.literal('plimsoll.baseline/1'),
  savedAt: z.string(),
  scenario: z.string(),
  scenarioHash: z.string(),
  tolerance: z.number().min(1),
  runs: z.array(runSchema).min(1),
});

/** One run of a baseline. */
export type BaselineRun = z.infer<typeof runSchema>;
/** One or several runs of one workload, kept to judge later runs by. */
export type SavedBaseline = z.infer<typeof baselineSchema>;
