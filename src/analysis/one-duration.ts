import { lowestEquivalent } from '../journal/hdr-index.js';
import type { LatencyHistogram } from '../journal/latency-histogram.js';
import type { OutcomeClass } from '../scenario/outcome.js';

/** Failures that all ended at one duration. */
export interface OneDuration {
  /** Microseconds from the start of the attempts to their end: the least of them, for nothing ends before its limit. */
  readonly us: number;
  /** How many of them. */
  readonly calls: number;
}

/** Fewer may agree by chance. */
const FEWEST = 5;
/** Share of them that has to agree. */
const SHARE = 0.8;
/** How far apart two durations are that agree: timers, and a machine under load, add to a limit and take nothing from it. */
const WIDTH = 0.05;
const LEAST_WIDTH_US = 20_000;
/** What fails sooner fails because it is refused, and not because a limit was reached. */
const SHORTEST_US = 100_000;
/** A server whose good answers take as long has no limit there. */
const FAR_ABOVE = 1.2;

/** Ends that are our own doing, or that a call could only come to at once. */
const OWN: ReadonlySet<OutcomeClass> = new Set<OutcomeClass>([
  'timeout',
  'cancelled',
  'unfinished',
  'dropped',
  'dropped-by-generator',
  'token-unavailable',
]);

/**
 * Whether failures of one class ended at one duration, as they do when something between here and the data has a limit of time: a proxy, a load
 * balancer, a client inside the server. Undefined where good answers took as long, for then that is simply how long a call takes.
 * @param took of the failures, from the start of the attempt
 * @param good service times of successes
 */
export function oneDurationOf(name: OutcomeClass, took: LatencyHistogram, good: LatencyHistogram): OneDuration | undefined {
  if (OWN.has(name) || took.count < FEWEST) return undefined;
  const buckets = [...took.buckets()].map(([index, count]) => ({ us: lowestEquivalent(index), count }));
  let best = { us: 0, calls: 0 };
  let calls = 0;
  let from = 0;
  for (const bucket of buckets) {
    calls += bucket.count;
    while (bucket.us - buckets[from]!.us > Math.max(LEAST_WIDTH_US, buckets[from]!.us * WIDTH)) calls -= buckets[from++]!.count;
    if (calls > best.calls) best = { us: buckets[from]!.us, calls };
  }
  if (best.us < SHORTEST_US || best.calls < FEWEST || best.calls < SHARE * took.count) return undefined;
  // One that lasted longer and succeeded shows that there is no such limit; a limit cuts off the slow ones, not the usual call.
  const longestUs = good.maxUs ?? 0;
  if (longestUs > best.us * (1 + WIDTH)) return undefined;
  const usualUs = good.percentile(0.5) ?? 0;
  return usualUs * FAR_ABOVE > best.us ? undefined : best;
}
