import type { Figures } from '../measure/call-figures.js';
import { failuresText } from '../measure/failure-words.js';
import { indexOf } from '../measure/hdr-index.js';
import { LatencyHistogram } from '../measure/latency-histogram.js';
import { allowedAbove, lowestRateBehind, minimumForShare, minimumSamples } from '../measure/minimum-samples.js';
import type { IntervalHistogram } from '../measure/second-entry.js';
import type { Check } from '../measure/verdict.js';
import type { SloLimits } from '../scenario/objective.js';
import { quantileInterval } from './quantile-interval.js';
import { QUANTILE_LIMITS } from './quantile-limits.js';
import { countText, latencyText, percentText } from './words.js';

/** Figures of the calls that some limits cover, with their histogram for exact counting. */
export interface Judged {
  readonly figures: Figures & { readonly response?: IntervalHistogram };
  /** As the reader calls it: `all judged phases`, `tool search_orders`, `phase burst`. */
  readonly scope: string;
}

/** One check for each limit given, in the order success, p50 ... p99.9, max. Pure. */
export function judgeLimits(
  limits: SloLimits,
  judged: Judged | undefined,
  scope: string,
  source: 'slo' | 'baseline' = 'slo',
): Check[] {
  const checks: Check[] = [];
  if (limits.success !== undefined) checks.push(judgeSuccess(limits.success, judged, scope, source));
  for (const [name, key, quantile] of QUANTILE_LIMITS) {
    const limitMs = limits[key];
    if (limitMs !== undefined) checks.push(judgeQuantile(name, quantile, limitMs * 1000, judged, scope, source));
  }
  if (limits.maxMs !== undefined) checks.push(judgeMax(limits.maxMs * 1000, judged, scope, source));
  return checks;
}

const noData = (base: Omit<Check, 'outcome' | 'evidence'>): Check => ({
  ...base,
  outcome: 'inconclusive',
  evidence: `no calls in ${base.scope}: nothing to judge, and no data never passes`,
});

/** Success rate: ok / (offered - given up by a late generator - taken back by the scenario). Dropped and unfinished calls count against it. */
function judgeSuccess(limit: number, judged: Judged | undefined, scope: string, source: 'slo' | 'baseline'): Check {
  const base = { name: `${scope}: success`, source, scope, metric: 'success', limit, unit: 'ratio' } as const;
  const counts = judged?.figures.counts;
  const due = counts === undefined ? 0 : counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0);
  if (counts === undefined || due <= 0) return noData(base);
  const bad = due - counts.ok;
  const actual = counts.ok / due;
  const needed = minimumForShare(limit);
  const failures = failuresText(judged?.figures.errors ?? []);
  const first = counts.firstAttemptSuccessRate;
  const said = `${percentText(actual)} of ${countText(due)} succeeded, ${bad.toLocaleString('en-US')} did not${
    bad === 0 || failures === '' ? '' : ` (${failures})`
  }${first === undefined ? '' : `, ${percentText(first)} at the first attempt`}; limit ${percentText(limit)}`;
  if (bad > allowedAbove(limit, Math.max(due, needed))) return { ...base, actual, outcome: 'fail', evidence: said };
  if (due < needed) {
    return {
      ...base,
      actual,
      outcome: 'inconclusive',
      evidence: `${said}; too few calls to tell: at least ${needed} are needed`,
    };
  }
  // So few calls meet the limit; they do not prove the rate behind them.
  const behind =
    bad === 0 && due < minimumSamples(limit)
      ? `; the true rate may be as low as ${percentText(lowestRateBehind(due))} (95 %)`
      : '';
  return { ...base, actual, outcome: 'pass', evidence: `${said}${behind}` };
}

/**
 * Response time at a quantile, over answered successes with unanswered calls above them all. The limit is missed when more calls lie
 * above it than the quantile allows (nearest rank); with too few calls only a certain miss is told.
 */
export function judgeQuantile(
  name: string,
  quantile: number,
  limitUs: number,
  judged: Judged | undefined,
  scope: string,
  source: 'slo' | 'baseline',
): Check {
  const named = { name: `${scope}: ${name}`, source, scope, metric: name, limit: limitUs, unit: 'us' } as const;
  const { histogram, unanswered } = population(judged);
  const samples = histogram.count + unanswered;
  if (samples === 0) return noData(named);
  const above = histogram.countAbove(limitUs) + unanswered;
  const read = histogram.percentile(quantile, unanswered) ?? null;
  // The bucket of the limit cannot be told apart from it (0.1 %): its calls count as on the limit, and so they read.
  const actual = read !== null && read > limitUs && indexOf(read) === indexOf(Math.floor(limitUs)) ? limitUs : read;
  const interval = intervalOf(quantile, histogram, unanswered);
  const base = interval === undefined ? named : { ...named, interval };
  const needed = minimumSamples(quantile);
  const counted =
    unanswered > 0 ? `${countText(samples)}, ${unanswered.toLocaleString('en-US')} never answered` : countText(samples);
  const reading =
    actual === null
      ? `${name} lies among calls that were never answered (${counted})`
      : `${name} ${latencyText(actual)} over ${counted}`;
  const said = `${reading}; ${above.toLocaleString('en-US')} above the limit of ${latencyText(limitUs)}`;
  if (above > allowedAbove(quantile, Math.max(samples, needed))) return { ...base, actual, outcome: 'fail', evidence: said };
  if (samples < needed) {
    return {
      ...base,
      actual,
      outcome: 'inconclusive',
      evidence: `${said}; too few calls for ${name}: at least ${needed} are needed`,
    };
  }
  return { ...base, actual, outcome: 'pass', evidence: said };
}

function intervalOf(quantile: number, histogram: LatencyHistogram, unanswered: number): Check['interval'] {
  const samples = histogram.count + unanswered;
  const ranks = quantileInterval(samples, quantile);
  if (ranks === undefined) return undefined;
  const at = (rank: number): number | null => histogram.percentile(rank / samples, unanswered) ?? null;
  const low = at(ranks.low);
  if (low === null) return undefined;
  return { low, high: ranks.high === undefined ? null : at(ranks.high), level: 0.95 };
}

function judgeMax(limitUs: number, judged: Judged | undefined, scope: string, source: 'slo' | 'baseline'): Check {
  const base = { name: `${scope}: max`, source, scope, metric: 'max', limit: limitUs, unit: 'us' } as const;
  const { histogram, unanswered } = population(judged);
  if (histogram.count + unanswered === 0) return noData(base);
  const actual = unanswered > 0 ? null : (histogram.maxUs ?? null);
  const reading =
    actual === null
      ? `${countText(unanswered)} never answered`
      : `slowest of ${countText(histogram.count)} took ${latencyText(actual)}`;
  return {
    ...base,
    actual,
    outcome: actual !== null && actual <= limitUs ? 'pass' : 'fail',
    evidence: `${reading}; limit ${latencyText(limitUs)}`,
  };
}

function population(judged: Judged | undefined): { readonly histogram: LatencyHistogram; readonly unanswered: number } {
  const histogram = new LatencyHistogram();
  if (judged?.figures.response !== undefined) histogram.addInterval(judged.figures.response);
  return { histogram, unanswered: judged?.figures.latencyUs.response.unanswered ?? 0 };
}
