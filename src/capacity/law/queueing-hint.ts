import type { Trial } from '../../result/capacity-figures.js';
import { responseQuantile } from '../../statistics/erlang.js';

/** The curve of an M/M/c queue beside the measured one. A hint: measurement wins. */
export interface QueueingHint {
  /** Servers of the queue: what the best rate keeps busy at once. */
  readonly workers: number;
  /** Mean service time: response time of the slowest healthy trial rate, where hardly a call waits. */
  readonly serviceS: number;
  readonly quantile: number;
  readonly curve: readonly { readonly ratePerS: number; readonly latencyS: number }[];
}

/**
 * An M/M/c queue of the same service time and the same largest throughput as the measured server, by Little's law. Undefined when the trials
 * do not tell how many calls were in flight, or span less than a factor of two in rate.
 * @param quantile of the response time, for instance 0.95
 */
export function queueingHint(trials: readonly Trial[], quantile: number): QueueingHint | undefined {
  const told = trials.filter(
    (trial): trial is Trial & { readonly meanInFlight: number; readonly achievedRate: number } =>
      trial.under === 'none' &&
      trial.purpose !== 'warm-up' &&
      (trial.outcome === 'pass' || trial.outcome === 'fail') &&
      trial.achievedRate !== undefined &&
      trial.achievedRate > 0 &&
      trial.meanInFlight !== undefined,
  );
  const passed = told.filter(({ outcome }) => outcome === 'pass');
  const slowest = passed.reduce<(typeof told)[number] | undefined>(
    (least, trial) => (least === undefined || trial.achievedRate < least.achievedRate ? trial : least),
    undefined,
  );
  const largest = Math.max(0, ...told.map(({ achievedRate }) => achievedRate));
  if (slowest === undefined || largest < 2 * slowest.achievedRate) return undefined;
  const serviceS = slowest.meanInFlight / slowest.achievedRate;
  const workers = Math.max(1, Math.round(largest * serviceS));
  const steps = 48;
  const curve = Array.from({ length: steps }, (_, i) => {
    const share = ((i + 1) / steps) * 0.99;
    return {
      ratePerS: (share * workers) / serviceS,
      latencyS: serviceS * responseQuantile(workers, share * workers, quantile),
    };
  });
  return { workers, serviceS, quantile, curve };
}
