import { countText, givenLatencyText, numberText } from '../../text/figure-text.js';
import type { LatencyLimit, SecondCounts } from './second-record.js';

/** What a window is held against: the plain SLO of the scenario. */
export interface WindowSlo {
  /** Lowest share of calls that succeed; absent when the SLO does not say. */
  readonly success?: number;
  readonly limits: readonly LatencyLimit[];
}

/** Below this many calls due, calls that did not end in their window say nothing. */
const FEWEST_DUE = 5;

/**
 * Why a window lies outside the SLO, in words; undefined when it lies inside. Quantiles are by nearest rank: outside when more calls are
 * above the limit than the quantile leaves. A window in which calls were due and half of them or more did not end is outside too: calls
 * that hang are neither slow nor failed yet.
 */
export function outsideSlo(window: SecondCounts, { success, limits }: WindowSlo): string | undefined {
  const ended = window.ok + window.bad;
  if (window.offered >= FEWEST_DUE && ended * 2 < window.offered) {
    return ended === 0
      ? 'calls were due and none ended'
      : `${numberText(ended)} of ${countText(window.offered, 'call')} due ended`;
  }
  if (success !== undefined && window.bad > Math.floor((1 - success) * ended + 1e-9)) {
    return `${numberText(window.bad)} of ${countText(ended, 'call')} failed`;
  }
  for (const [i, { name, quantile, limitUs, answered }] of limits.entries()) {
    const timed = answered ? ended : window.ok + window.unanswered;
    const over = (window.over[i] ?? 0) + window.unanswered;
    if (over > Math.floor((1 - quantile) * timed + 1e-9)) {
      return `${numberText(over)} of ${countText(timed, 'call')} took longer than ${givenLatencyText(limitUs)} (${name})`;
    }
  }
  return undefined;
}
