import { normalQuantile } from '../statistics/normal-quantile.js';

/**
 * How much more the hottest of n instances gets than the mean one when sessions stay where they were placed at random:
 * h = 1 + z sqrt((1 - 1/n)(1 + cv2)/m), z the normal quantile of 1 - 0.01/n, m sessions an instance, at most n. One random placement in a
 * hundred is worse; with a heavy tail of busy sessions more are, so a measured share is better.
 * @param sessions in all
 * @param instances at least 1
 * @param rateVariation squared coefficient of variation of the call rate between sessions; 0 for the sessions themselves
 */
export function hotSpot(sessions: number, instances: number, rateVariation: number): number {
  if (instances <= 1 || sessions <= 0) return 1;
  const perInstance = sessions / instances;
  const spread = Math.sqrt(((1 - 1 / instances) * (1 + rateVariation)) / perInstance);
  return Math.min(instances, 1 + normalQuantile(1 - 0.01 / instances) * spread);
}
