import { fQuantile } from '../../statistics/f-distribution.js';
import { studentTQuantile } from '../../statistics/student-t.js';
import { rateOf, type Usl } from './usl.js';

interface Point {
  readonly callers: number;
  readonly rate: number;
}

/** One level of a sweep: all trials with that many callers, in logarithms, for throughput noise is multiplicative. */
export interface Level {
  readonly callers: number;
  readonly trials: number;
  readonly meanLog: number;
  /** Sum of squares within the level. */
  readonly within: number;
}

export function levelsOf(points: readonly Point[]): readonly Level[] {
  const callers = [...new Set(points.map((point) => point.callers))].sort((a, b) => a - b);
  return callers.map((n) => {
    const logs = points.filter((point) => point.callers === n).map(({ rate }) => Math.log(rate));
    const meanLog = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    return { callers: n, trials: logs.length, meanLog, within: logs.reduce((sum, log) => sum + (log - meanLog) ** 2, 0) };
  });
}

/** Below this a sum of squares of logarithms is rounding. */
const ROUNDING = 1e-20;

/** Variance within the levels, and its degrees of freedom; undefined without repeated trials. */
function pooled(levels: readonly Level[]): { readonly variance: number; readonly freedom: number } | undefined {
  const freedom = levels.reduce((sum, { trials }) => sum + trials - 1, 0);
  if (freedom < 1) return undefined;
  return { variance: levels.reduce((sum, { within }) => sum + within, 0) / freedom, freedom };
}

/**
 * Lack of fit: how far the levels lie from the fitted law, over how far trials of one level lie from each other. Above the 99 % point of
 * F(levels - 3, trials - levels) the server does not follow the law. Undefined without repeated trials or with fewer than four levels.
 */
export function lackOfFit(
  levels: readonly Level[],
  law: Usl,
): { readonly f: number; readonly limit: number; readonly lacks: boolean } | undefined {
  const within = pooled(levels);
  if (within === undefined || levels.length < 4) return undefined;
  const off = levels.reduce(
    (sum, { callers, trials, meanLog }) => sum + trials * (meanLog - Math.log(rateOf(law, callers))) ** 2,
    0,
  );
  const limit = fQuantile(0.99, levels.length - 3, within.freedom);
  if (off < ROUNDING) return { f: 0, limit, lacks: false };
  const f = off / (levels.length - 3) / Math.max(within.variance, Number.MIN_VALUE);
  return { f, limit, lacks: f > limit };
}

export interface Decline {
  readonly t: number;
  readonly limit: number;
  /** Of the throughput, from the best level to the last. */
  readonly drop: number;
  readonly bestCallers: number;
  readonly declined: boolean;
}

/** A decline past the best level: t above its 99.5 % point and a drop above 3 %. Undefined without repeated trials. */
export function declineOf(levels: readonly Level[]): Decline | undefined {
  const within = pooled(levels);
  const last = levels.at(-1);
  if (within === undefined || last === undefined) return undefined;
  const best = levels.reduce((top, level) => (level.meanLog > top.meanLog ? level : top), last);
  const limit = studentTQuantile(0.995, within.freedom);
  if (best === last) return { t: 0, limit, drop: 0, bestCallers: best.callers, declined: false };
  const fall = best.meanLog - last.meanLog;
  const spread = Math.sqrt(within.variance * (1 / best.trials + 1 / last.trials));
  const t = spread > 0 ? fall / spread : Number.MAX_VALUE;
  const drop = 1 - Math.exp(-fall);
  return { t, limit, drop, bestCallers: best.callers, declined: t > limit && drop > 0.03 };
}
