import { type FailureCount, fisherUpperTail } from '../statistics/fisher-exact.js';
import { differenceUpperBound } from '../statistics/rate-difference.js';
import { NOT_WORSE_LEVEL, PAIRS_WITHOUT_SIZE } from './gate-rule.js';
import type { PairFigures } from './pair-figures.js';

/** Counted calls without a failure on either side that pass without any interval. */
const CLEAN_CALLS = 300;

/** What the pairs say of the success rate. Rates are shares of the counted calls, 0..1. */
export interface SuccessEvidence {
  readonly baseline: FailureCount;
  readonly candidate: FailureCount;
  /** How much more the counts of blocks vary than chance alone lets them: failures come in bunches. At least 1. */
  readonly designEffect: number;
  /** Pairs in which the candidate failed more often than the baseline. */
  readonly worsePairs: number;
  /** One-sided chance of so many failures, were both builds alike, on counts divided by the design effect. */
  readonly p: number;
  /** One-sided 95 % upper bound of candidate minus baseline. */
  readonly differenceHigh: number;
}

export function successEvidence(pairs: readonly PairFigures[]): SuccessEvidence {
  const baseline = sum(pairs.flatMap((pair) => pair.baseline.blocks));
  const candidate = sum(pairs.flatMap((pair) => pair.candidate.blocks));
  const designEffect = Math.max(
    1,
    effectOf(pairs.flatMap((pair) => pair.baseline.blocks)),
    effectOf(pairs.flatMap((pair) => pair.candidate.blocks)),
  );
  const thinned = ({ failed, of }: FailureCount): FailureCount => ({
    failed: Math.round(failed / designEffect),
    of: Math.round(of / designEffect),
  });
  return {
    baseline,
    candidate,
    designEffect,
    worsePairs: pairs.filter((pair) => rateOf(sum(pair.candidate.blocks)) > rateOf(sum(pair.baseline.blocks))).length,
    p: fisherUpperTail(thinned(baseline), thinned(candidate)),
    differenceHigh: differenceUpperBound(thinned(baseline), thinned(candidate), NOT_WORSE_LEVEL),
  };
}

/** Worse: so many more failures are no chance, and they were not one pair's mishap. */
export const successIsWorse = ({ worsePairs }: SuccessEvidence, excluded: boolean): boolean =>
  excluded && worsePairs >= PAIRS_WITHOUT_SIZE;

export function successIsNotWorse({ baseline, candidate, differenceHigh }: SuccessEvidence, margin: number): boolean {
  const clean = baseline.failed === 0 && candidate.failed === 0 && baseline.of >= CLEAN_CALLS && candidate.of >= CLEAN_CALLS;
  return clean || differenceHigh < margin;
}

const sum = (counts: readonly FailureCount[]): FailureCount =>
  counts.reduce((total, { failed, of }) => ({ failed: total.failed + failed, of: total.of + of }), { failed: 0, of: 0 });

const rateOf = ({ failed, of }: FailureCount): number => (of === 0 ? 0 : failed / of);

/**
 * Variance of the failures of blocks over what independent calls of one rate give (Pearson's dispersion; Kish 1965, Survey Sampling, calls it the
 * design effect).
 */
function effectOf(blocks: readonly FailureCount[]): number {
  const counted = blocks.filter(({ of }) => of > 0);
  const rate = rateOf(sum(counted));
  if (counted.length < 2 || rate === 0 || rate === 1) return 1;
  const dispersion = counted.reduce((total, { failed, of }) => total + (failed - of * rate) ** 2 / (of * rate * (1 - rate)), 0);
  return dispersion / (counted.length - 1);
}
