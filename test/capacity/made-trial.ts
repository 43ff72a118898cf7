import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { TrialCell, TrialEntry } from '../../src/journal/trial-entry.js';

export const interval = (...values: readonly (readonly [ms: number, count: number])[]) => {
  const all = new LatencyHistogram();
  for (const [ms, count] of values) if (count > 0) all.record(ms * 1000, count);
  const made = all.toInterval();
  if (made === undefined) throw new Error('nothing in it');
  return made;
};

/** Calls of one tool: `fast` at 20 ms, `slow` at 100 ms, `timeouts` without an answer, `errors` answered with an error. */
export function cell(counts: {
  readonly fast?: number;
  readonly slow?: number;
  readonly timeouts?: number;
  readonly errors?: number;
  readonly tool?: string;
}): TrialCell {
  const { fast = 0, slow = 0, timeouts = 0, errors = 0, tool = 'a' } = counts;
  const offered = fast + slow + timeouts + errors;
  return {
    tool,
    endpoint: 'e',
    offered,
    started: offered,
    ...(fast + slow === 0 ? {} : { ok: fast + slow, response: interval([20, fast], [100, slow]) }),
    ...(timeouts + errors === 0
      ? {}
      : {
          failed: timeouts + errors,
          errors: { ...(timeouts > 0 ? { timeout: timeouts } : {}), ...(errors > 0 ? { 'tool-error': errors } : {}) },
        }),
  };
}

/** A trial of 10 s in two blocks. */
export function madeTrial(
  rate: number,
  first: readonly TrialCell[],
  second: readonly TrialCell[],
  more: Partial<TrialEntry> = {},
): TrialEntry {
  const cells = [...first, ...second];
  const completed = cells.reduce((sum, { ok = 0, failed = 0 }) => sum + ok + failed, 0);
  return {
    type: 'trial',
    t: 0,
    under: 'none',
    purpose: 'double',
    offeredRate: rate,
    searchS: 0,
    settleS: 2,
    plannedS: 10,
    measuredS: 10,
    tookS: 13,
    completed,
    succeeded: cells.reduce((sum, { ok = 0 }) => sum + ok, 0),
    inFlight: Array.from({ length: 10 }, () => rate * 0.02),
    blocks: [
      { startS: 0, endS: 5, cells: first },
      { startS: 5, endS: 10, cells: second },
    ],
    lateness: interval([0.05, cells.length]),
    ...more,
  };
}

/** A trial at a rate of which a share takes 100 ms. */
export function simpleTrial(rate: number, slowShare: number, more: Partial<TrialEntry> = {}): TrialEntry {
  const half = rate * 5;
  const slow = Math.round(half * slowShare);
  const calls = cell({ fast: half - slow, slow });
  return madeTrial(rate, [calls], [calls], more);
}
