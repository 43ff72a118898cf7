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
import { ENOUGH, predictedLimit } from './predicted-limits.js';

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
 * Judges a run against a performance baseline: worse than what its runs predict, where they are enough, is a degradation; else worse than
 * `tolerance` times the baseline. Latency and error rate count
 * upward (actual > baseline x tolerance; of an error rate that was counted, its upper bound x tolerance), throughput downward (actual < baseline / tolerance), and throughput only where as much was
 * offered as the baseline asks for: a server cannot answer what nobody sent.
 */
export function judgeBaseline(baseline: JudgedBaseline, { result, timeline, calls }: JudgedRun): CheckDraft[] {
  const mismatch = workloadMismatch(baseline, result);
  if (mismatch !== undefined) return [mismatch];
  const { limits } = baseline;
  const group = result.groups.find(({ by }) => by === 'judged');
  const ids = new Set(timeline.filter(isJudged).map(({ id }) => id));
  const judged: Judged | undefined =
    group === undefined ? undefined : { figures: group, scope: ALL, calls: calls.of(({ segment }) => ids.has(segment)) };
  const otherHost = hostMismatch(baseline, result);
  // How far runs of one build lie apart on one machine says nothing of another.
  const predicted = otherHost === undefined ? baseline.predicted : undefined;
  const graded = (check: CheckDraft, isPredicted: boolean): CheckDraft =>
    baseline.stored === true && !isPredicted ? warned(check, otherHost === undefined ? TOO_FEW_RUNS : OTHER_MACHINE) : check;
  const checks: CheckDraft[] = [];
  for (const [name, key, quantile] of QUANTILES) {
    const limit = latencyLimit(baseline, predicted, name, key);
    if (limit === undefined) continue;
    const at = (limitMs: number): CheckDraft => judgeQuantile(name, quantile, limitMs * 1000, judged, ALL, 'baseline');
    const check = at(limit.limitMs);
    // Part of the baseline may be the delay of the machine that it was made on: then it is no slower than the rest, for certain, or in doubt.
    const { lowLimitMs, ofMachineMs } = limit;
    const doubtful = check.outcome === 'pass' && lowLimitMs < limit.limitMs && at(lowLimitMs).outcome !== 'pass';
    const own: CheckDraft = {
      ...check,
      name: `baseline: ${name}`,
      ...(doubtful ? { outcome: 'invalid' } : {}),
      evidence: `${check.evidence} (${limit.said})${
        doubtful
          ? `; up to ${latencyText(ofMachineMs * 1000)} of the baseline may be the machine that it was made on: in doubt`
          : ''
      }`,
    };
    checks.push(graded(own, predicted?.[name] !== undefined));
  }
  const errors = baselineErrorLimit(baseline);
  if (errors !== undefined) checks.push(graded(judgeErrorRate(errors, judged), predicted !== undefined));
  const throughput = throughputLimit(limits, predicted);
  if (throughput !== undefined)
    checks.push(graded(judgeThroughput(throughput, group, judged), predicted?.throughput !== undefined));
  return otherHost === undefined ? checks : [...checks, otherHost];
}

const TOO_FEW_RUNS = `saved runs fail a gate from ${ENOUGH.runs} runs of ${ENOUGH.sittings} sittings on`;
const OTHER_MACHINE = 'the saved runs were made on another machine';

/** A check that is shown and fails nothing. */
const warned = (check: CheckDraft, why: string): CheckDraft =>
  check.outcome === 'pass' || check.outcome === 'not-applicable'
    ? check
    : { ...check, outcome: 'not-applicable', evidence: `${check.evidence}; a warning alone: ${why}`, warning: true };

type Predicted = JudgedBaseline['predicted'];

/** What a latency may be, and where that comes from. */
interface LatencyLimit {
  readonly limitMs: number;
  /** The same without the delay of the machines of the baseline, and what of the baseline that delay may be. */
  readonly lowLimitMs: number;
  readonly ofMachineMs: number;
  readonly said: string;
}

/** By what the runs of the baseline predict, where they are enough; else by its tolerance. */
function latencyLimit(
  { limits, low = {} }: JudgedBaseline,
  predicted: Predicted,
  name: (typeof QUANTILES)[number][0],
  key: (typeof QUANTILES)[number][1],
): LatencyLimit | undefined {
  const own = predicted && predictedLimit(predicted, name);
  if (predicted !== undefined && own !== undefined) {
    const { centre, limit, lowLimit = limit } = own;
    return {
      limitMs: limit,
      lowLimitMs: lowLimit,
      ofMachineMs: centre * (1 - lowLimit / limit),
      said: `baseline ${latencyText(centre * 1000)}, ${predictedText(predicted)}: at most ${latencyText(limit * 1000)}`,
    };
  }
  const baseMs = limits[key];
  if (baseMs === undefined) return undefined;
  const { tolerance } = limits;
  const lowMs = low[key] ?? baseMs;
  return {
    limitMs: baseMs * tolerance,
    lowLimitMs: lowMs * tolerance,
    ofMachineMs: baseMs - lowMs,
    said: `baseline ${givenLatencyText(baseMs * 1000)} x ${tolerance}`,
  };
}

/** What a throughput has to be. */
interface ThroughputLimit {
  /** Of the baseline, calls/s. */
  readonly base: number;
  readonly limit: number;
  readonly said: string;
}

function throughputLimit(
  { throughputPerS, tolerance }: JudgedBaseline['limits'],
  predicted: Predicted,
): ThroughputLimit | undefined {
  const own = predicted && predictedLimit(predicted, 'throughput');
  if (predicted !== undefined && own !== undefined) {
    const { centre: base, limit } = own;
    return { base, limit, said: `baseline ${rateText(base)}, ${predictedText(predicted)}: at least ${rateText(limit)}` };
  }
  if (throughputPerS === undefined) return undefined;
  const limit = throughputPerS / tolerance;
  return {
    base: throughputPerS,
    limit,
    said: `baseline ${givenRateText(throughputPerS)} / ${tolerance} = ${givenRateText(limit)}`,
  };
}

const predictedText = ({ runs, sittings }: NonNullable<Predicted>): string =>
  `predicted by ${countText(runs, 'run')} of ${countText(sittings, 'sitting')}`;

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
  { base, limit, said }: ThroughputLimit,
  group: MeasuredResult['groups'][number] | undefined,
  judged: Judged | undefined,
): CheckDraft {
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
  const evidence = `${rateText(actual)} succeeded of ${rateText(offered)} offered; ${said}`;
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
    warning: true,
    evidence: `the baseline ${baseline.source} was made on another machine (${differing.join(', ')} differ): a difference may be the machine's`,
  };
}
