import type { JudgedBaseline } from '../journal/start-entry.js';
import { machineDifferences } from '../result/machine-differences.js';
import type { MeasuredResult } from '../result/result.js';
import type { CheckDraft } from '../result/verdict.js';
import { isJudged } from '../scenario/plan/segment-lookup.js';
import { allowedAbove, minimumSamples } from '../statistics/minimum-samples.js';
import { countText, givenLatencyText, givenRateText, latencyText, percentText, rateText } from '../text/figure-text.js';
import { met, missed } from './doubt.js';
import { baselineErrorLimit, type ErrorLimit } from './error-limit.js';
import { certainText, type Judged, judgeQuantile } from './judge-limits.js';
import { ALL, type JudgedCalls } from './judge-slo.js';

const QUANTILES = [
  ['p50', 'p50Ms', 0.5],
  ['p95', 'p95Ms', 0.95],
  ['p99', 'p99Ms', 0.99],
] as const;

/** What a baseline is held against. */
export interface JudgedRun extends JudgedCalls {
  readonly result: Pick<MeasuredResult, 'groups' | 'run'>;
}

/**
 * Judges a run against a performance baseline: worse than `tolerance` times the baseline is a degradation. Latency and error rate count
 * upward (actual > baseline x tolerance; of an error rate that was counted, its upper bound x tolerance), throughput downward (actual < baseline / tolerance), and throughput only where as much was
 * offered as the baseline asks for: a server cannot answer what nobody sent.
 */
export function judgeBaseline(baseline: JudgedBaseline, { result, timeline, calls }: JudgedRun): CheckDraft[] {
  const mismatch = workloadMismatch(baseline, result);
  if (mismatch !== undefined) return [mismatch];
  const { limits, low = {} } = baseline;
  const { tolerance } = limits;
  const group = result.groups.find(({ by }) => by === 'judged');
  const ids = new Set(timeline.filter(isJudged).map(({ id }) => id));
  const judged: Judged | undefined =
    group === undefined ? undefined : { figures: group, scope: ALL, calls: calls.of(({ segment }) => ids.has(segment)) };
  const checks: CheckDraft[] = [];
  for (const [name, key, quantile] of QUANTILES) {
    const baseMs = limits[key];
    if (baseMs === undefined) continue;
    const at = (limitMs: number): CheckDraft =>
      judgeQuantile(name, quantile, limitMs * 1000 * tolerance, judged, ALL, 'baseline');
    const check = at(baseMs);
    // Part of the baseline may be the delay of the machine that it was made on: then it is no slower than the rest, for certain, or in doubt.
    const lowMs = low[key];
    const doubtful = check.outcome === 'pass' && lowMs !== undefined && lowMs < baseMs && at(lowMs).outcome !== 'pass';
    checks.push({
      ...check,
      name: `baseline: ${name}`,
      ...(doubtful ? { outcome: 'invalid' } : {}),
      evidence: `${check.evidence} (baseline ${givenLatencyText(baseMs * 1000)} x ${tolerance})${
        doubtful
          ? `; up to ${latencyText((baseMs - lowMs) * 1000)} of the baseline may be the machine that it was made on: in doubt`
          : ''
      }`,
    });
  }
  const errors = baselineErrorLimit(baseline);
  if (errors !== undefined) checks.push(judgeErrorRate(errors, judged));
  if (limits.throughputPerS !== undefined) checks.push(judgeThroughput(limits.throughputPerS, tolerance, group, judged));
  const otherHost = hostMismatch(baseline, result);
  return otherHost === undefined ? checks : [...checks, otherHost];
}

function judgeErrorRate({ limit, least, said: baseline }: ErrorLimit, judged: Judged | undefined): CheckDraft {
  const check = {
    name: 'baseline: error rate',
    source: 'baseline',
    scope: ALL,
    metric: 'error rate',
    limit,
    unit: 'ratio',
  } as const;
  const counts = judged?.figures.counts;
  const due = counts === undefined ? 0 : counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0);
  if (judged === undefined || counts === undefined || due <= 0)
    return { ...check, outcome: 'inconclusive', evidence: 'no calls; no data is never a pass' };
  const bad = due - counts.ok;
  const actual = bad / due;
  const needed = minimumSamples(1 - limit);
  const said = `${percentText(actual)} of ${countText(due, 'call')} failed; ${baseline}`;
  const allowedOf = (calls: number): number => Math.max(least, allowedAbove(1 - limit, Math.max(calls, needed)));
  const allowed = allowedOf(due);
  if (bad > allowed) {
    const certain = Math.min(bad, judged.calls.shifts.certainFailures);
    return missed({ ...check, actual }, said, certain > allowed, certain < bad ? certainText(certain, bad) : undefined);
  }
  if (due < needed && actual > limit) {
    return {
      ...check,
      actual,
      outcome: 'inconclusive',
      evidence: `${said}; too few calls to tell: at least ${needed} are needed`,
    };
  }
  // A short run cannot prove a rate of 0.15 %, but the question here is whether it is worse, and nothing in it says so.
  const { givenUp } = judged.calls;
  const holds = bad + givenUp <= allowedOf(due + givenUp);
  return met({ ...check, actual }, said, judged.calls, holds);
}

function judgeThroughput(
  base: number,
  tolerance: number,
  group: MeasuredResult['groups'][number] | undefined,
  judged: Judged | undefined,
): CheckDraft {
  const limit = base / tolerance;
  const check = {
    name: 'baseline: throughput',
    source: 'baseline',
    scope: ALL,
    metric: 'throughput',
    limit,
    unit: '1/s',
  } as const;
  const offered = group?.counts.offeredRate;
  // What answers with errors does not achieve anything: successful calls alone count.
  const actual = group?.counts.goodput;
  if (group === undefined || judged === undefined || offered === undefined || actual === undefined) {
    return { ...check, outcome: 'inconclusive', evidence: 'no calls; no data is never a pass' };
  }
  // Poisson arrivals of exactly the baseline's rate fall short of it half of the time: three standard deviations are let pass.
  const reached = base * (1 - 3 / Math.sqrt(Math.max(9, base * group.seconds)));
  if (offered < reached) {
    return {
      ...check,
      actual,
      outcome: 'not-applicable',
      evidence: `not applicable: ${rateText(offered)} offered, limit ${givenRateText(base)}`,
    };
  }
  const evidence = `${rateText(actual)} succeeded of ${rateText(offered)} offered; baseline ${givenRateText(base)} / ${tolerance} = ${givenRateText(limit)}`;
  if (actual >= limit) return met({ ...check, actual }, evidence, judged.calls, true);
  // Starts given up, failures that a delay may have made, and what closed users would have called in the time that they were kept waiting.
  const { shifts, givenUp, owed } = judged.calls;
  const { counts } = group;
  const failures = counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0) - counts.ok;
  const missing = givenUp + Math.max(0, failures - shifts.certainFailures) + owed;
  const most = actual + missing / group.seconds;
  return missed(
    { ...check, actual },
    evidence,
    most < limit,
    missing === 0 ? undefined : `without what this machine withheld it may be up to ${rateText(most)}`,
  );
}

function workloadMismatch(baseline: JudgedBaseline, { run }: Pick<MeasuredResult, 'run'>): CheckDraft | undefined {
  if (baseline.scenarioHash === undefined || baseline.scenarioHash === run.scenarioHash) return undefined;
  return {
    name: 'baseline: workload',
    source: 'baseline',
    scope: ALL,
    metric: 'workload',
    outcome: 'inconclusive',
    evidence: `the baseline ${baseline.source} was made with another workload (scenario hash ${baseline.scenarioHash.slice(0, 12)}, this run ${run.scenarioHash.slice(0, 12)}): nothing can be compared; save a new baseline`,
  };
}

function hostMismatch(baseline: JudgedBaseline, { run }: Pick<MeasuredResult, 'run'>): CheckDraft | undefined {
  if (baseline.host === undefined) return undefined;
  const differing = machineDifferences(baseline.host, run.host);
  if (differing.length === 0) return undefined;
  return {
    name: 'baseline: machine',
    source: 'baseline',
    scope: ALL,
    metric: 'machine',
    outcome: 'not-applicable',
    evidence: `the baseline ${baseline.source} was made on another machine (${differing.join(', ')} differ): a difference may be the machine's`,
  };
}
