import { logGamma } from './beta-function.js';

/** Of a sample: how many there were, and how many of them failed. Whole numbers. */
export interface FailureCount {
  readonly failed: number;
  readonly of: number;
}

/**
 * The chance of so many failures of `b` or more, were both samples of one law: Fisher's exact test, one-sided (hypergeometric upper tail; Fisher
 * 1935, The Design of Experiments, chapter 2). 1 where either sample is empty.
 */
export function fisherUpperTail(a: FailureCount, b: FailureCount): number {
  const all = a.of + b.of;
  const failed = a.failed + b.failed;
  const ways = logChoose(all, failed);
  const most = Math.min(failed, b.of);
  let tail = 0;
  for (let k = Math.max(b.failed, failed - a.of); k <= most; k++) {
    tail += Math.exp(logChoose(b.of, k) + logChoose(a.of, failed - k) - ways);
  }
  return Math.min(1, tail);
}

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
