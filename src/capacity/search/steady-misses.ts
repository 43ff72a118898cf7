import type { JudgedFacts } from './estimate-conditions.js';

/** How much likelier steady misses have to be than overload, as a logarithm: some 150 times. */
const SURE = 5;
/** Share of misses of a server that is not overloaded, at most. */
const STRAY = 0.02;
const STEPS = 400;

/** Misses that are the same at every rate. */
export interface SteadyMisses {
  /** Index of the condition that they miss. */
  readonly condition: number;
  /** Smallest and largest share of misses at the rates that were tried, 0..1. */
  readonly low: number;
  readonly high: number;
  readonly lowestRate: number;
  readonly highestRate: number;
}

interface Sum {
  readonly rate: number;
  due: number;
  over: number;
}

/**
 * Whether the misses of trials that all failed come with every rate alike. A server that is too slow answers as many calls a second as it can,
 * so at half of the rate twice the share of calls is good; one that fails by itself fails the same share however little is asked. Whichever
 * explains the counts far better is taken; undefined while either could be.
 */
export function steadyMisses(trials: readonly JudgedFacts[]): SteadyMisses | undefined {
  const failed = trials.filter(({ verdict }) => verdict.rule === 'quantile' && verdict.condition !== undefined);
  const condition = failed.at(-1)?.verdict.condition;
  if (condition === undefined || trials.some(({ verdict }) => verdict.outcome === 'pass')) return undefined;
  const sums = new Map<number, Sum>();
  for (const { facts } of failed) {
    const own = facts.conditions[condition];
    if (own === undefined || own.due === 0) continue;
    const sum = sums.get(facts.rate) ?? { rate: facts.rate, due: 0, over: 0 };
    sums.set(facts.rate, sum);
    sum.due += own.due;
    sum.over += own.over;
  }
  const rates = [...sums.values()].sort((a, b) => b.rate - a.rate);
  const [top] = rates;
  const last = rates.at(-1);
  if (top === undefined || last === undefined || last === top) return undefined;
  const share = rates.reduce((sum, { over }) => sum + over, 0) / rates.reduce((sum, { due }) => sum + due, 0);
  const steady = likelihood(rates, () => share);
  let overload = Number.NEGATIVE_INFINITY;
  for (let step = 1; step < STEPS; step++) {
    const carried = (top.rate * step) / STEPS;
    overload = Math.max(
      overload,
      likelihood(rates, (rate) => Math.max(STRAY, 1 - carried / rate)),
    );
  }
  if (steady - overload < SURE) return undefined;
  const shares = rates.map(({ due, over }) => over / due);
  return {
    condition,
    low: Math.min(...shares),
    high: Math.max(...shares),
    lowestRate: last.rate,
    highestRate: top.rate,
  };
}

/** Logarithm of the chance of the counts, but for a constant. @param missOf share of misses at a rate */
function likelihood(rates: readonly Sum[], missOf: (rate: number) => number): number {
  return rates.reduce((sum, { rate, due, over }) => {
    const miss = Math.min(1 - 1e-9, Math.max(1e-9, missOf(rate)));
    return sum + over * Math.log(miss) + (due - over) * Math.log(1 - miss);
  }, 0);
}
