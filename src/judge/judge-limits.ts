import type { CoveredCalls } from '../analysis/noise/certain-miss.js';
import { quantileBounds } from '../analysis/quantile-bounds.js';
import type { ScopedCalls } from '../analysis/run-calls.js';
import { indexOf } from '../journal/hdr-index.js';
import type { IntervalHistogram } from '../journal/interval-histogram.js';
import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { Figures } from '../result/call-figures.js';
import { failuresText } from '../result/failure-words.js';
import type { CheckDraft } from '../result/verdict.js';
import type { LatencyLimits, SloLimits } from '../scenario/objective.js';
import { QUANTILE_LIMITS } from '../scenario/quantile-limits.js';
import { allowedAbove, lowestRateBehind, minimumForShare, minimumSamples } from '../statistics/minimum-samples.js';
import { countText, givenLatencyText, givenRatioText, latencyText, numberText, percentText } from '../text/figure-text.js';
import { met, missed, type Open } from './doubt.js';

/** Figures of the calls that some limits cover, with their histogram for exact counting. */
export interface Judged {
  readonly figures: Figures & { readonly response?: IntervalHistogram; readonly failedResponse?: IntervalHistogram };
  /** As the reader calls it: `normal load`, `tool search_orders`, `phase burst`. */
  readonly scope: string;
  /** The same calls with what this machine did to them. */
  readonly calls: ScopedCalls;
}

/** Share of a reading from which on what could be taken off it is worth a word where the miss stays. */
const WORTH_A_WORD = 0.01;

/** One check for each limit given, in the order success, p50 ... p99.9, max, then the same over every answered call. Pure. */
export function judgeLimits(
  limits: SloLimits,
  judged: Judged | undefined,
  scope: string,
  source: 'slo' | 'baseline' = 'slo',
): CheckDraft[] {
  return [
    ...(limits.success === undefined ? [] : [judgeSuccess(limits.success, judged, scope, source)]),
    ...judgeLatencies(limits, 'successes', judged, scope, source),
    ...judgeLatencies(limits.answered ?? {}, 'answered', judged, scope, source),
  ];
}

function judgeLatencies(
  limits: LatencyLimits,
  covered: CoveredCalls,
  judged: Judged | undefined,
  scope: string,
  source: 'slo' | 'baseline',
): CheckDraft[] {
  const checks: CheckDraft[] = [];
  for (const [name, key, quantile] of QUANTILE_LIMITS) {
    const limitMs = limits[key];
    if (limitMs !== undefined) checks.push(judgeQuantile(name, quantile, limitMs * 1000, judged, scope, source, covered));
  }
  if (limits.maxMs !== undefined) checks.push(judgeMax(limits.maxMs * 1000, judged, scope, source, covered));
  return checks;
}

/** Nothing of what a limit covers is there: says what was there instead. */
const noData = (base: Open, judged: Judged | undefined): CheckDraft => ({
  ...base,
  outcome: 'inconclusive',
  evidence: `${nothingToJudge(base.scope, judged)}; no data is never a pass`,
});

function nothingToJudge(scope: string, judged: Judged | undefined): string {
  const { offered = 0, failed = 0, droppedByGenerator = 0, cancelled = 0 } = judged?.figures.counts ?? {};
  if (offered <= 0) return `no calls (${scope}): nothing to judge`;
  // What is left when nothing succeeded and nothing went unanswered.
  const parts = [
    failed > 0 ? `${countText(failed, 'call')} answered with a failure` : '',
    droppedByGenerator > 0 ? `${countText(droppedByGenerator, 'call')} given up because the load generator was late` : '',
    cancelled > 0 ? `${countText(cancelled, 'call')} canceled by the scenario` : '',
  ].filter((part) => part !== '');
  const hint = failed > 0 ? ' (limits under `answered:` cover failures too)' : '';
  return `no successful call (${scope}: ${parts.join(', ')}): nothing to judge${hint}`;
}

/** Success rate: ok / (offered - given up by a late generator - taken back by the scenario). Dropped and unfinished calls count against it. */
function judgeSuccess(limit: number, judged: Judged | undefined, scope: string, source: 'slo' | 'baseline'): CheckDraft {
  const base = { name: `${scope}: success`, source, scope, metric: 'success', limit, unit: 'ratio' } as const;
  const counts = judged?.figures.counts;
  const due = counts === undefined ? 0 : counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0);
  if (judged === undefined || counts === undefined || due <= 0) return noData(base, judged);
  const bad = due - counts.ok;
  const actual = counts.ok / due;
  const needed = minimumForShare(limit);
  const failures = failuresText(judged.figures.errors);
  const first = counts.firstAttemptSuccessRate;
  const said = `${percentText(actual)} of ${countText(due, 'call')} succeeded, ${numberText(bad)} did not${
    bad === 0 || failures === '' ? '' : ` (${failures})`
  }${first === undefined ? '' : `, ${percentText(first)} at the first attempt`}; limit ${givenRatioText(limit)}`;
  const allowed = allowedAbove(limit, Math.max(due, needed));
  if (bad > allowed) {
    const certain = Math.min(bad, judged.calls.shifts.certainFailures);
    return missed({ ...base, actual }, said, certain > allowed, certain < bad ? certainText(certain, bad) : undefined);
  }
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
  const { givenUp } = judged.calls;
  const holds = bad + givenUp <= allowedAbove(limit, due + givenUp);
  return met({ ...base, actual }, `${said}${behind}`, judged.calls, holds);
}

/** How many of some failures no delay can have made. */
export const certainText = (certain: number, failures: number): string =>
  certain === 0
    ? `${failures === 1 ? 'the failure' : `each of the ${numberText(failures)} failures`} may be the delay of this machine`
    : `${numberText(certain)} of ${countText(failures, 'failure')} ${certain === 1 ? 'is' : 'are'} none of this machine's delay`;

/**
 * Response time at a quantile, over answered successes, or every answered call, with unanswered calls above them all. The limit is missed when more calls lie
 * above it than the quantile allows (nearest rank); with too few calls only a certain miss is told. The miss is certain when as many stay above
 * it after each call is shortened by its shift.
 */
export function judgeQuantile(
  name: string,
  quantile: number,
  limitUs: number,
  judged: Judged | undefined,
  scope: string,
  source: 'slo' | 'baseline',
  covered: CoveredCalls = 'successes',
): CheckDraft {
  const named = { ...namedAfter(name, covered, scope), source, limit: limitUs, unit: 'us' } as const;
  const { histogram, unanswered } = population(judged, covered);
  const samples = histogram.count + unanswered;
  if (judged === undefined || samples === 0) return noData(named, judged);
  const above = histogram.countAbove(limitUs) + unanswered;
  const read = histogram.percentile(quantile, unanswered) ?? null;
  // The bucket of the limit cannot be told apart from it (0.1 %): its calls count as on the limit, and so they read.
  const actual = read !== null && read > limitUs && indexOf(read) === indexOf(Math.floor(limitUs)) ? limitUs : read;
  const interval = intervalOf(quantile, histogram, unanswered);
  const shiftUs = shiftOf(actual, judged.calls.shifts.reading(quantile, covered));
  const base = {
    ...named,
    actual,
    ...(interval === undefined ? {} : { interval }),
    ...(shiftUs === undefined ? {} : { shiftUs }),
  };
  const needed = minimumSamples(quantile);
  const counted =
    unanswered > 0 ? `${countText(samples, 'call')}, ${numberText(unanswered)} never answered` : countText(samples, 'call');
  const reading =
    actual === null
      ? `${name} is among calls that were never answered (${counted})`
      : `${name} ${latencyText(actual)} over ${counted}`;
  const said = `${reading}; ${numberText(above)} above the limit of ${givenLatencyText(limitUs)}`;
  const allowed = allowedAbove(quantile, Math.max(samples, needed));
  if (above > allowed) {
    const stay = judged.calls.shifts.staysAbove(limitUs, covered);
    return missed(base, said, stay > allowed, machineText(actual, shiftUs, stay > allowed ? undefined : above - stay));
  }
  if (samples < needed) {
    return {
      ...base,
      outcome: 'inconclusive',
      evidence: `${said}; too few calls for ${name}: at least ${needed} are needed`,
    };
  }
  const { givenUp } = judged.calls;
  return met(base, said, judged.calls, above + givenUp <= allowedAbove(quantile, samples + givenUp));
}

/** What could be taken off a reading; undefined where it is nothing, or cannot be told. */
const shiftOf = (actualUs: number | null, lowUs: number | null | undefined): number | undefined =>
  actualUs === null || lowUs === null || lowUs === undefined || lowUs >= actualUs ? undefined : actualUs - lowUs;

/**
 * How much of a miss may be this machine; undefined where that is nothing worth a word, or nobody knows.
 * @param doubtful calls that may be above the limit for the delay alone; absent where the miss stays
 */
function machineText(actualUs: number | null, shiftUs: number | undefined, doubtful: number | undefined): string | undefined {
  if (shiftUs !== undefined && (doubtful !== undefined || shiftUs > WORTH_A_WORD * (actualUs ?? 0)))
    return `up to ${latencyText(shiftUs)} of it may be this machine`;
  if (doubtful === undefined || actualUs !== null) return undefined;
  return `${numberText(doubtful)} of those above may be the delay of this machine`;
}

function intervalOf(quantile: number, histogram: LatencyHistogram, unanswered: number): CheckDraft['interval'] {
  const bounds = quantileBounds(quantile, histogram, unanswered);
  return bounds === undefined ? undefined : { ...bounds, level: 0.95 };
}

function judgeMax(
  limitUs: number,
  judged: Judged | undefined,
  scope: string,
  source: 'slo' | 'baseline',
  covered: CoveredCalls,
): CheckDraft {
  const base = { ...namedAfter('max', covered, scope), source, limit: limitUs, unit: 'us' } as const;
  const { histogram, unanswered } = population(judged, covered);
  if (judged === undefined || histogram.count + unanswered === 0) return noData(base, judged);
  const actual = unanswered > 0 ? null : (histogram.maxUs ?? null);
  const reading =
    actual === null
      ? `${countText(unanswered, 'call')} never answered`
      : `slowest of ${countText(histogram.count, 'call')} took ${latencyText(actual)}`;
  const said = `${reading}; limit ${givenLatencyText(limitUs)}`;
  if (actual !== null && actual <= limitUs) return met({ ...base, actual }, said, judged.calls, judged.calls.givenUp === 0);
  const { shifts } = judged.calls;
  const low = shifts.reading(1, covered);
  const shiftUs = shiftOf(actual, low);
  // The largest is told from its limit exactly, and a bucket is 0.1 % wide: where nothing can be taken off, nothing is in doubt.
  const stays = shifts.staysAbove(limitUs, covered) > 0 || (low !== undefined && shiftUs === undefined);
  const doubtful = stays ? undefined : histogram.countAbove(limitUs) + unanswered;
  return missed(
    { ...base, actual, ...(shiftUs === undefined ? {} : { shiftUs }) },
    said,
    stays,
    machineText(actual, shiftUs, doubtful),
  );
}

const namedAfter = (name: string, covered: CoveredCalls, scope: string): Pick<CheckDraft, 'name' | 'scope' | 'metric'> => {
  const metric = covered === 'answered' ? `answered ${name}` : name;
  return { name: `${scope}: ${metric}`, scope, metric };
};

function population(
  judged: Judged | undefined,
  covered: CoveredCalls,
): { readonly histogram: LatencyHistogram; readonly unanswered: number } {
  const { response, failedResponse } = judged?.figures ?? {};
  const histogram = LatencyHistogram.of([response, covered === 'answered' ? failedResponse : undefined]);
  return { histogram, unanswered: judged?.figures.latencyUs.response.unanswered ?? 0 };
}
