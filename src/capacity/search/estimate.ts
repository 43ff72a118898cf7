import type { DueOver } from './trial-facts.js';

/** One valid trial as the estimate sees it: calls of one condition. */
export interface EstimateTrial extends DueOver {
  /** Offered, calls/s. */
  readonly rate: number;
  readonly seconds: number;
  readonly passed: boolean;
  /** Failed as growing, completed < due or in flight: its calls over the limit understate the trouble. */
  readonly failedByQueue: boolean;
  readonly blocks: readonly DueOver[];
}

/** The rate at which the share of calls over the limit reaches what the quantile allows, with its interval. Calls/s. */
export interface Estimate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

const LEVEL = 0.9;
/** Reach of the local fit in ln(rate). */
const BANDWIDTH = 0.35;
const GRID_HALF = 0.45;
const GRID_STEP = 0.0025;
const SLOPE_CENTRE = Math.log(20);
const SLOPE_SD = 0.7;
const SLOPES = Array.from({ length: 17 }, (_, i) => SLOPE_CENTRE + (SLOPE_SD * (i - 8)) / 3);
const ROUNDS = 4;
/** 90 % of a normal distribution spans this many standard deviations; half of it is 1.645. */
const SPAN_SD = 3.29;
const HALF_SPAN_SD = 1.645;

/**
 * Capacity from all valid trials: a local logistic fit of the share of calls over the limit against ln(rate), with counts divided by
 * their over-dispersion, worked out on a grid, then widened by the slow variation that a search this short cannot see. Undefined while
 * nothing passed or nothing failed. Method and constants were set by simulation (docs/capacity.md): nominal 90 %, 94 to 100 % measured on
 * queues with pauses, cold start and drift up to 5 %; 67 % with a drift of 8 %.
 * @param quantile of the condition; a share 1 - quantile may be over
 */
export function estimateOf(trials: readonly EstimateTrial[], quantile: number): Estimate | undefined {
  const allowed = Math.max(1 - quantile, 1e-4);
  const used = trials
    .filter(({ due }) => due > 0)
    .map((trial) => ({
      ...trial,
      over: trial.failedByQueue ? Math.max(trial.over, 3 * allowed * trial.due) : trial.over,
      x: Math.log(trial.rate),
    }));
  if (!used.some(({ passed }) => passed)) return undefined;
  const isOver = ({ over, due }: DueOver): boolean => over > allowed * due;
  const good = used.filter((trial) => !isOver(trial)).map(({ rate }) => rate);
  const bad = used.filter(isOver).map(({ rate }) => rate);
  if (bad.length === 0) return undefined;
  const lowestBad = Math.min(...bad);
  const highestGood = good.length === 0 ? 0.9 * lowestBad : Math.max(...good);
  let centre = Math.log(Math.sqrt(highestGood * lowestBad));
  let points = { low: centre, middle: centre, high: centre };
  for (let round = 0; round < ROUNDS; round++) {
    const dispersion = dispersionOf(used, centre, allowed);
    points = posterior(used, centre, allowed, dispersion);
    centre = points.middle;
  }
  const seconds = used.reduce((sum, { x, seconds: each }) => sum + tricube((x - centre) / BANDWIDTH) * each, 0);
  // Slow variation: what ten minutes say of an hour.
  const unseen = Math.sqrt(0.02 ** 2 + 0.8 ** 2 / Math.max(seconds, 10));
  // Short searches miss rare bad periods and are optimistic.
  const shift = 0.3 * unseen;
  const low = points.low - shift;
  const middle = points.middle - shift;
  const high = points.high - shift;
  const spread = Math.sqrt(((high - low) / SPAN_SD) ** 2 + unseen ** 2);
  return {
    rate: Math.exp(middle),
    low: Math.exp(Math.min(low, middle - HALF_SPAN_SD * spread)),
    high: Math.exp(Math.max(high, middle + HALF_SPAN_SD * spread)),
    level: LEVEL,
  };
}

type Used = EstimateTrial & { readonly x: number };

const tricube = (u: number): number => (Math.abs(u) >= 1 ? 0 : (1 - Math.abs(u) ** 3) ** 3);

/** How much more the counts of blocks vary than independent calls would: over-dispersion, at least 2. */
function dispersionOf(trials: readonly Used[], centre: number, allowed: number): number {
  let observed = 0;
  let expected = 0;
  for (const { x, over, due, blocks } of trials) {
    const share = Math.max(over / due, allowed / 10);
    if (Math.abs(x - centre) > 0.7 * BANDWIDTH || share > 0.3) continue;
    const sumOver = blocks.reduce((sum, block) => sum + block.over, 0);
    const sumDue = blocks.reduce((sum, block) => sum + block.due, 0);
    if (sumDue === 0) continue;
    for (const block of blocks) {
      observed += (block.over - (block.due * sumOver) / sumDue) ** 2;
      expected += block.due * share * (1 - share);
    }
  }
  return 2 * Math.max(1, (observed + 80) / (expected + 4));
}

/** 5, 50 and 95 % points of ln(capacity), the slope integrated out over its prior. */
function posterior(
  trials: readonly Used[],
  centre: number,
  allowed: number,
  dispersion: number,
): { readonly low: number; readonly middle: number; readonly high: number } {
  const near = trials.flatMap(({ x, over, due }) => {
    const weight = tricube((x - centre) / BANDWIDTH) / dispersion;
    return weight > 0 ? [{ x, over, under: due - over, weight }] : [];
  });
  const atLimit = Math.log(allowed / (1 - allowed));
  const steps = Math.round((2 * GRID_HALF) / GRID_STEP);
  const thetas = Array.from({ length: steps + 1 }, (_, i) => centre - GRID_HALF + i * GRID_STEP);
  const logs = thetas.map((theta) =>
    SLOPES.map((slope) => {
      let sum = -((slope - SLOPE_CENTRE) ** 2) / (2 * SLOPE_SD ** 2);
      for (const { x, over, under, weight } of near) {
        const eta = atLimit + Math.exp(slope) * (x - theta);
        sum -= weight * (over * softplus(-eta) + under * softplus(eta));
      }
      return sum;
    }),
  );
  const largest = Math.max(...logs.map((row) => Math.max(...row)));
  const weights = logs.map((row) => row.reduce((sum, log) => sum + Math.exp(log - largest), 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pointAt = (share: number): number => {
    let sum = 0;
    for (const [i, weight] of weights.entries()) {
      sum += weight;
      if (sum >= share * total) return thetas[i] as number;
    }
    return thetas.at(-1) as number;
  };
  return { low: pointAt(0.05), middle: pointAt(0.5), high: pointAt(0.95) };
}

/** ln(1 + e^x) without overflow: -ln of the logistic function at -x. */
const softplus = (x: number): number => (x > 30 ? x : Math.log1p(Math.exp(x)));
