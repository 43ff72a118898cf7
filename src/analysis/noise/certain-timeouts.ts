import type { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { ShiftedCall } from './disturbance.js';

/** Bounds that are tried, at most: shares of the timeouts by rising shift. */
const TRIED = 32;
/** Standard deviations of a count (Poisson) that are allowed for. */
const DEVIATIONS = 3;

/**
 * Timeouts that stand whatever this machine did, at least. One with a shift s is certain to have needed more than T - s, and it may have needed less
 * than T: how many did is told by the successes just below. Response times behind the median get rarer the longer they are; so no more calls
 * belong between T - s and T than the average of as wide a part of the time before, from half-way between the median and T - s on. Three
 * standard deviations are added to that count, and to what is made of it. Where nothing succeeds near T, as of a server that hangs, every timeout is
 * certain that was shifted by less than T - p50.
 * @param timeouts of some calls, each with its shift
 * @param successes response times of all of those calls that succeeded
 */
export function certainTimeouts(timeouts: readonly ShiftedCall[], successes: LatencyHistogram): number {
  if (timeouts.length === 0) return 0;
  const limitUs = timeouts.reduce((least, { responseUs }) => Math.min(least, responseUs), Number.POSITIVE_INFINITY);
  // Where nothing succeeded there is no median: half of the time stands for it.
  const medianUs = successes.percentile(0.5) ?? limitUs / 2;
  const shiftsUs = Float64Array.from(timeouts, ({ shiftUs }) => shiftUs).sort();
  let most = 0;
  for (let tried = 1; tried <= Math.min(TRIED, shiftsUs.length); tried++) {
    const count = Math.ceil((tried * shiftsUs.length) / TRIED);
    const within = Math.min(shiftsUs.length, TRIED >= shiftsUs.length ? tried : count);
    const shiftUs = shiftsUs[within - 1] as number;
    const widthUs = (limitUs - shiftUs - medianUs) / 2;
    if (!(widthUs > 0)) break;
    const mean = (atMost(successes.countAbove(limitUs - shiftUs - widthUs), 1) * shiftUs) / widthUs;
    most = Math.max(most, within - Math.floor(atMost(mean, 0)));
  }
  return most;
}

/** A count that a Poisson mean hardly exceeds, and the other way round with one added. */
const atMost = (count: number, added: number): number => count + DEVIATIONS * Math.sqrt(count + added);
