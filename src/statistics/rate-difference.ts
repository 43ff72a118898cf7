import type { FailureCount } from './fisher-exact.js';
import { normalQuantile } from './normal-quantile.js';

/**
 * Upper bound of how much more often `b` fails than `a`: the hybrid score interval of a difference of two independent shares (Newcombe 1998,
 * Statistics in Medicine 17, method 10), from Wilson's interval of each, one-sided.
 * @param level of confidence, for instance 0.95
 * @returns a difference of shares, -1..1; 1 where either sample is empty
 */
export function differenceUpperBound(a: FailureCount, b: FailureCount, level: number): number {
  if (a.of === 0 || b.of === 0) return 1;
  const z = normalQuantile(level);
  const [shareA, shareB] = [a.failed / a.of, b.failed / b.of];
  const below = shareA - wilsonBounds(a, z).low;
  const above = wilsonBounds(b, z).high - shareB;
  return shareB - shareA + Math.hypot(above, below);
}

/** Wilson's score interval of a share (Wilson 1927). */
function wilsonBounds({ failed, of }: FailureCount, z: number): { readonly low: number; readonly high: number } {
  const share = failed / of;
  const middle = share + (z * z) / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}
