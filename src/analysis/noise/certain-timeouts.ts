import type { LatencyHistogram } from '../../journal/latency-histogram.js';

/** No server gives up sooner by a time limit of its own, microseconds. */
export const SOONEST_LIMIT_US = 50_000;

/** From where an answered failure may be a call that the server gave up: behind half of the successes. Infinity where there are none. */
export const givenUpFromUs = (successes: LatencyHistogram): number =>
  Math.max(SOONEST_LIMIT_US, successes.percentile(0.5) ?? Number.POSITIVE_INFINITY);

/** Bounds that are tried, at most: shares of the timeouts by rising shift. */
const TRIED = 32;
/** Standard deviations of a count (Poisson) that are allowed for. */
const DEVIATIONS = 3;

/**
 * Timeouts that stand whatever this machine did, at least. One with a shift s is certain to have needed more than T - s, and it may have needed
 * less than T: how many did is told by the successes just below (see `timeoutsWithShift`). Of all shifts the one that leaves most is taken.
 * @param shiftsUs of each timeout
 * @param timeoutUs T, the least of them
 * @param successes response times of the calls that succeeded
 */
export function certainTimeouts(shiftsUs: readonly number[], timeoutUs: number, successes: LatencyHistogram): number {
  const rising = Float64Array.from(shiftsUs).sort();
  const tried = Math.min(TRIED, rising.length);
  let most = 0;
  for (let part = 1; part <= tried; part++) {
    const within = Math.ceil((part * rising.length) / tried);
    most = Math.max(most, timeoutsWithShift(within, rising[within - 1] as number, timeoutUs, successes));
  }
  return most;
}

/**
 * How many of some timeouts stand that were shifted by at most s. Response times behind the median get rarer the longer they are. So no more calls
 * belong between T - s and T than the average of as wide a part of the time before, from half-way between the median and T - s on. Three standard
 * deviations are added to that count, and to what is made of it. Where nothing succeeds near T, as of a server that hangs, nearly all stand.
 */
export function timeoutsWithShift(count: number, shiftUs: number, timeoutUs: number, successes: LatencyHistogram): number {
  // Where nothing succeeded there is no median: half of the time stands for it.
  const medianUs = successes.percentile(0.5) ?? timeoutUs / 2;
  const widthUs = (timeoutUs - shiftUs - medianUs) / 2;
  if (!(widthUs > 0)) return 0;
  const mean = (atMost(successes.countAbove(timeoutUs - shiftUs - widthUs), 1) * shiftUs) / widthUs;
  return Math.max(0, count - Math.floor(atMost(mean, 0)));
}

/** A mean that hardly gives a smaller count, with one added; a count that a mean hardly exceeds, with none. */
const atMost = (count: number, added: number): number => count + DEVIATIONS * Math.sqrt(count + added);
