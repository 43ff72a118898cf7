import { type Estimate, type EstimateTrial, estimateOf } from './estimate.js';
import { longestLimitMs, type SloCondition } from './slo-condition.js';
import type { DueOver, TrialFacts } from './trial-facts.js';
import { inFlightCap, type TrialVerdict } from './trial-verdict.js';

export interface JudgedFacts {
  readonly facts: TrialFacts;
  readonly verdict: TrialVerdict;
}

const QUEUE_RULES: ReadonlySet<TrialVerdict['rule']> = new Set(['growing', 'completed', 'in-flight']);

/**
 * One estimate for each condition, from all trials but the invalid ones and those cut short before a call was due; the lowest is the
 * capacity, and its condition binds. Undefined while nothing passed or nothing failed.
 */
export function lowestEstimate(
  trials: readonly JudgedFacts[],
  conditions: readonly SloCondition[],
): (Estimate & { readonly condition: number }) | undefined {
  const valid = trials.filter(
    ({ verdict, facts }) =>
      verdict.outcome !== 'invalid' && facts.purpose !== 'warm-up' && (facts.due > 0 || verdict.rule === 'in-flight'),
  );
  const limitS = longestLimitMs(conditions) / 1000;
  let lowest: (Estimate & { readonly condition: number }) | undefined;
  for (const [index, { quantile }] of conditions.entries()) {
    const own = valid.flatMap(({ facts, verdict }): EstimateTrial[] => {
      const counts = facts.conditions[index];
      if (counts === undefined) return [];
      // Stopped while it settled: as many calls as were in flight had been due.
      const settling = verdict.rule === 'in-flight' && facts.due === 0;
      const { due, over, blocks } = settling ? alike(Math.ceil(inFlightCap(facts.rate, limitS))) : counts;
      const failedByQueue = verdict.outcome === 'fail' && QUEUE_RULES.has(verdict.rule);
      return [
        { rate: facts.rate, seconds: facts.measuredS, due, over, blocks, passed: verdict.outcome === 'pass', failedByQueue },
      ];
    });
    const estimate = estimateOf(own, quantile);
    if (estimate !== undefined && (lowest === undefined || estimate.rate < lowest.rate))
      lowest = { ...estimate, condition: index };
  }
  return lowest;
}

const alike = (due: number): DueOver & { readonly blocks: readonly DueOver[] } => ({ due, over: 0, blocks: [{ due, over: 0 }] });
