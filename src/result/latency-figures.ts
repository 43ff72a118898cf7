import { z } from 'zod';
import { count, list, optional, shape } from './schema-terms.js';

/** A quantile in microseconds: `null` among unanswered calls, absent when nothing was recorded. */
export const atUs = optional(z.number().nullable());

export const latencyFigures = shape({
  count: count('Answered calls recorded.'),
  min: optional(z.number()),
  mean: optional(z.number()),
  p50: atUs,
  p90: atUs,
  p95: atUs,
  p99: atUs,
  p999: atUs,
  max: atUs.describe('Exact largest answered value; null when some calls were never answered.'),
  unanswered: count('Calls without an answer; they rank above every answered one.'),
}).describe('Microseconds. A quantile that falls among unanswered calls is null; absent when nothing was recorded.');

/** Latency figures in integer microseconds. A quantile that falls among unanswered calls is `null`; absent when nothing was recorded. */
export type LatencyFigures = z.infer<typeof latencyFigures>;

export const latencyTable = shape({
  response: latencyFigures.describe('Intended start to end, of answered successes.'),
  service: latencyFigures.describe('Actual start to end, of answered successes.'),
  firstByte: latencyFigures.describe('Actual start to first byte or event, of answered successes.'),
  failed: optional(latencyFigures.describe('Response time of answered failures, kept apart from the SLO.')),
});

export type LatencyTable = z.infer<typeof latencyTable>;

/** Response times by histogram bucket; its type is `IntervalHistogram`, as in the journal. */
export const intervalHistogram = shape({
  counts: list(z.number()),
  minUs: z.number(),
  maxUs: z.number(),
  sumUs: z.number(),
}).describe('HDR bucket counts [index step, count, ...]: integer microseconds, lowest value 1, 3 significant digits.');
