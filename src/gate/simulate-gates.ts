import type { RatioMetric } from '../scenario/gate-settings.js';
import { decideGate } from './decide.js';
import { type GateRule, judgedMetrics } from './gate-rule.js';
import type { PairFigures } from './pair-figures.js';

/** Gates that are played by chance. */
export interface SimulationOrder {
  readonly gates: number;
  /** Judged metrics; the first alone is changed. At most 3. */
  readonly metrics: number;
  /** True change of the first: 0.1 is 10 % worse. */
  readonly change: number;
  /** Spread of the log ratio of a pair. */
  readonly pairSd: number;
  readonly limits: GateRule['limits'][RatioMetric];
  readonly looks: GateRule['looks'];
  readonly seed: number;
}

/** How they ended, in shares of all, and how many pairs they took. */
export interface SimulatedGates {
  readonly worse: number;
  readonly pass: number;
  readonly meanPairs: number;
  readonly sdPairs: number;
}

const METRICS: readonly RatioMetric[] = ['p95', 'p50', 'cpu'];
const BLOCKS = [{ failed: 0, of: 100 }];

/** Plays whole gates by the rule as it is written, with pairs whose spread has heavier tails than a normal law. The same for the same seed. */
export function simulateGates({ gates, metrics: count, change, pairSd, limits, looks, seed }: SimulationOrder): SimulatedGates {
  const metrics = METRICS.slice(0, count);
  const rule: GateRule = {
    metrics: judgedMetrics({ metrics, tools: [] }),
    limits: { p50: limits, p95: limits, p99: limits, cpu: limits },
    successMargin: 0.01,
    looks,
    constantSpread: 0,
  };
  const draw = heavyTailed(uniforms(seed));
  const baseline = { metrics: Object.fromEntries(metrics.map((metric) => [metric, 1])), blocks: BLOCKS };
  const pairOf = (): PairFigures => {
    const ratios = metrics.map((metric, at) => [metric, Math.exp(pairSd * draw()) * (at === 0 ? 1 + change : 1)] as const);
    return { baseline, candidate: { metrics: Object.fromEntries(ratios), blocks: BLOCKS } };
  };
  let worse = 0;
  let pass = 0;
  let sum = 0;
  let squares = 0;
  for (let gate = 0; gate < gates; gate++) {
    const pairs: PairFigures[] = [];
    for (const look of looks) {
      while (pairs.length < look) pairs.push(pairOf());
      const { outcome } = decideGate(pairs, rule, true);
      if (outcome === 'more') continue;
      if (outcome === 'worse') worse += 1;
      if (outcome === 'pass') pass += 1;
      break;
    }
    sum += pairs.length;
    squares += pairs.length ** 2;
  }
  const meanPairs = sum / gates;
  return {
    worse: worse / gates,
    pass: pass / gates,
    meanPairs,
    sdPairs: Math.sqrt(Math.max(0, squares / gates - meanPairs ** 2)),
  };
}

/** Uniform numbers in (0, 1), the same for the same seed (Mulberry32 by T. Ettinger, public domain). */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

/** Student's t with 4 degrees of freedom, scaled to unit variance: a normal over the root of a chi-squared, which is a sum of two exponentials. */
function heavyTailed(uniform: () => number): () => number {
  return () => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const chiSquared = -2 * (Math.log(uniform()) + Math.log(uniform()));
    return normal / Math.sqrt(chiSquared / 4) / Math.SQRT2;
  };
}
