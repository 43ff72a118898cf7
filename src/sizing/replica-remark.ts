import type { CapacityAnswer, Trial } from '../result/capacity-figures.js';
import { countText } from '../text/figure-text.js';

/** Fewest and most replicas over the trials that count; undefined where none was told. */
export function replicasOver(trials: readonly Pick<Trial, 'purpose' | 'outcome' | 'replicas'>[]): CapacityAnswer['replicas'] {
  const seen = trials.flatMap(({ purpose, outcome, replicas }) =>
    replicas === undefined || purpose === 'warm-up' || outcome === 'invalid' ? [] : [replicas.least, replicas.most],
  );
  return seen.length === 0 ? undefined : { least: Math.min(...seen), most: Math.max(...seen) };
}

/**
 * What is wrong with an answer whose trials ran at another count of replicas than the scenario says, or at several; undefined where
 * nothing is, or no count was seen.
 * @param instances `capacity.target.instances`
 */
export function replicaRemark(
  { under, replicas }: Pick<CapacityAnswer, 'under' | 'replicas'>,
  instances: number,
): string | undefined {
  if (replicas === undefined) return undefined;
  const { least, most } = replicas;
  const which = under === 'none' ? 'Trials' : `Trials under ${under}`;
  if (least !== most)
    return `${which} ran at ${least} to ${most} replicas: no one count carries this figure. Hold the count fixed while it is measured (no autoscaler).`;
  return least === instances
    ? undefined
    : `${which} ran at ${countText(least, 'replica')}, and capacity.target.instances says ${instances}: figures per instance are wrong by that. Say ${least} there.`;
}
