import { z } from 'zod';
import { duration, group, nonEmpty, number, rate, ratio } from './field-types.js';

const answeredSchema = group(
  'Limits on the time to any answer, failures too: an outage in which calls fail at once meets them. Calls without an answer rank above all.',
  {
    p50: duration().optional().describe('Highest median.'),
    p90: duration().optional().describe('Highest 90th percentile.'),
    p95: duration().optional().describe('Highest 95th percentile.'),
    p99: duration().optional().describe('Highest 99th percentile.'),
    p999: duration().optional().describe('Highest 99.9th percentile.'),
    max: duration().optional().describe('Highest of any call.'),
  },
).refine((limits) => Object.keys(limits).length > 0, { error: 'at least one of p50, p90, p95, p99, p999, max' });

const limits = {
  success: ratio().optional().describe('Lowest share of calls that succeed.'),
  p50: duration().optional().describe('Highest median response time.'),
  p90: duration().optional().describe('Highest 90th percentile of the response time.'),
  p95: duration().optional().describe('Highest 95th percentile of the response time.'),
  p99: duration().optional().describe('Highest 99th percentile of the response time.'),
  p999: duration().optional().describe('Highest 99.9th percentile of the response time.'),
  max: duration().optional().describe('Highest response time of any call that succeeded; missed by one call without an answer.'),
  answered: answeredSchema.optional(),
};

export const sloLimitsSchema = z.strictObject(limits);

export const sloSchema = group(
  'Service-level objective over response time and success. Without it: success 99 %, p95 400 ms, and the report says that this is the default.',
  {
    ...limits,
    tools: z
      .record(z.string(), sloLimitsSchema, { error: 'a map of tool names to limits' })
      .default({})
      .describe('Limits for one tool, by tool name.'),
    during: z
      .record(z.string(), sloLimitsSchema, { error: 'a map of phase kinds or phase names to limits' })
      .default({})
      .describe(
        'Limits for a phase kind (steady, ramp, burst, closed, fault, recovery, edge, warm-up) or a phase name; faults are judged by this alone.',
      ),
  },
);

export const baselineSchema = z
  .union(
    [
      nonEmpty('a baseline file'),
      z.strictObject({
        p50: duration().optional().describe('Median response time of the baseline.'),
        p95: duration().optional().describe('95th percentile of the baseline.'),
        p99: duration().optional().describe('99th percentile of the baseline.'),
        errorRate: ratio().optional().describe('Share of failed calls of the baseline.'),
        throughput: rate().optional().describe('Successful calls per second; judged only where the offered rate reached it.'),
        tolerance: number(1, 'a number of at least 1, such as 1.5')
          .default(1.5)
          .describe('1.5 = 50 % worse is a degradation (throughput: limit / tolerance; all else: limit x tolerance).'),
      }),
    ],
    { error: 'a baseline file, or limits such as { p95: 500ms, tolerance: 1.5 }' },
  )
  .describe('Performance baseline: a file saved by `plimsoll baseline save`, or limits in place.');

export const abortSchema = group('Stops the run early (exit code 3) when most calls fail.', {
  errorRate: ratio().describe('Share of failed calls.'),
  for: duration().prefault('10s').describe('For this long without interruption.'),
});
