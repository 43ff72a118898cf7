import { z } from 'zod';
import { OUTCOME_CLASSES, type OutcomeClass } from '../scenario/outcome.js';
import { latencyFigures, latencyTable } from './latency-figures.js';
import { count, list, optional, shape } from './schema-terms.js';

export const outcomeClass = z.enum(OUTCOME_CLASSES as readonly [OutcomeClass, ...OutcomeClass[]]);

const perS = (words: string) => optional(z.number().describe(words));
export const callCounts = {
  offered: count('Calls that became due: completed + dropped + droppedByGenerator + unfinished + cancelled.'),
  started: count('Calls that were sent.'),
  completed: count('Calls that ended: ok + failed.'),
  ok: count('Calls that succeeded.'),
  failed: count('Calls that ended in any other way.'),
  dropped: count('Not started because all slots were taken while the generator was on time.'),
  droppedByGenerator: count('Given up because the generator was late.'),
  unfinished: count('Still in flight when the drain ended.'),
  retries: count('Further attempts of calls that failed; not offered calls.'),
  /** Absent when none did. */
  okAfterRetry: optional(count('Successes that needed a further attempt.')),
  /** Absent when none was. */
  cancelled: optional(count('Canceled by the scenario; neither ok nor failed.')),
  /** Over the time covered, like the two below. */
  offeredRate: perS('Calls due per second.'),
  achievedRate: perS('Completed calls per second.'),
  goodput: perS('Successful calls per second.'),
  /** Absent when nothing was offered. */
  successRate: optional(z.number().min(0).max(1).describe('ok / (offered - droppedByGenerator - cancelled).')),
  /** Absent where nothing was tried again: it is `successRate` then. */
  firstAttemptSuccessRate: optional(
    z
      .number()
      .min(0)
      .max(1)
      .describe('Share of the same calls that succeeded at the first attempt: what callers without retries would see.'),
  ),
  bytes: shape({ sent: count('Bytes of requests.'), received: count('Bytes of answers.') }),
};
const countsSchema = shape(callCounts);

/** offered = completed + dropped + droppedByGenerator + unfinished + cancelled; completed = ok + failed. */
export type CallCounts = z.infer<typeof countsSchema>;

const answerFigure = shape({
  status: optional(z.int().describe('HTTP status.')),
  rpcCode: optional(z.int().describe('Code of the JSON-RPC error.')),
  count: count('Attempts that were answered so.'),
});

/** Attempts that were answered with one HTTP status and JSON-RPC code; without both: all others. */
export type AnswerFigure = z.infer<typeof answerFigure>;

const taxonomy = z.enum(['availability', 'latency', 'correctness', 'security', 'quota', 'none']);
const failedAttempts = {
  /** Absent where nothing was answered with either. */
  answers: optional(
    list(answerFigure).describe('By HTTP status and JSON-RPC code, most frequent first; one without both covers all others.'),
  ),
  /** Absent for calls that were never sent. */
  tookUs: optional(latencyFigures.describe('From the start of the attempt to its end, answered or not.')),
  /** Absent where they did not. */
  oneDuration: optional(
    shape({ us: z.number(), calls: count('Failures that ended then.') }).describe(
      'Nearly all of them ended after this many microseconds, and no success took longer: something has a limit of time there.',
    ),
  ),
};

export const errorFigure = shape({
  class: outcomeClass,
  taxonomy,
  count: count('Calls that ended so.'),
  ...failedAttempts,
  firstAtS: optional(z.number()),
  sample: optional(z.string()),
});

export type ErrorFigure = z.infer<typeof errorFigure>;

export const retriedFigure = shape({
  class: outcomeClass,
  taxonomy,
  count: count('Attempts that failed so and were tried again.'),
  ...failedAttempts,
  sample: optional(z.string()),
});

/** Attempts that failed and were tried again; their calls may have ended well. */
export type RetriedFigure = z.infer<typeof retriedFigure>;

const interaction = shape({
  /** Server requests (legacy), or rounds of `input_required` (modern). */
  rounds: count('Requests of the server that were answered within calls.'),
  polls: count('Times that tasks were asked about.'),
  progress: count('Progress notifications.'),
  /** Of calls that had any. */
  clientDelayUs: optional(
    latencyFigures.describe('Time in which the server waited for our replies; left out of every other time.'),
  ),
});
const retryAfter = shape({ count: count('Failures that asked to wait.'), mean: z.number(), max: z.number() }).describe(
  'What failures asked callers to wait (Retry-After), in milliseconds.',
);

/** What is told of any set of calls. */
export const figures = {
  counts: countsSchema,
  latencyUs: latencyTable,
  errors: list(errorFigure),
  /** Absent when nothing was. */
  retried: optional(list(retriedFigure).describe('Failed attempts that were tried again, by class; not in `errors`.')),
  /** What happened within calls beside request and answer; absent when nothing did. */
  interaction: optional(interaction),
  /** Absent when no failure asked callers to wait. */
  retryAfterMs: optional(retryAfter),
};
const figuresSchema = shape(figures);
export type Figures = z.infer<typeof figuresSchema>;

export const toolFigures = shape({ tool: z.string(), ...figures });

export const endpointFigures = shape({ endpoint: z.string(), ...figures });

export const tenantFigures = shape({ tenant: z.string(), ...figures });
