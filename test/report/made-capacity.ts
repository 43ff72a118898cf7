import { capacityAnswer, type ReportedTrial } from '../../src/capacity/search/capacity-answer.js';
import { Search } from '../../src/capacity/search/search.js';
import { SEARCH_PLANS } from '../../src/capacity/search/search-plan.js';
import { searchStart } from '../../src/capacity/search/search-start.js';
import type { SloCondition } from '../../src/capacity/search/slo-condition.js';
import { readinessCard } from '../../src/judge/readiness-card.js';
import type { ReportInput } from '../../src/report/report-input.js';
import type { CapacityFigures, Trial } from '../../src/result/capacity-figures.js';
import type { LawFigures } from '../../src/result/law-figures.js';
import type { RecoveryAnswer } from '../../src/result/recovery-figures.js';
import type { SizingQuestion } from '../../src/result/sizing-question.js';
import { computeSizing } from '../../src/sizing/sizing.js';

const P95: SloCondition = { name: 'p95 <= 400 ms', kind: 'latency', quantile: 0.95, limitMs: 400 };

/** A search on a target that fails above a rate; latency climbs towards it as 1 / (1 - use). */
function searched(under: string, limitPerS: number) {
  const plan = SEARCH_PLANS['5m'];
  const search = new Search({ plan, ...searchStart(20), conditions: [P95] });
  const trials: ReportedTrial[] = [];
  let nowS = 12;
  search.warmedUp();
  for (let action = search.next(nowS); ; action = search.next(nowS)) {
    if (action.do === 'end') return capacityAnswer({ under, plan, conditions: [P95], end: action.end, trials, tookS: nowS });
    if (action.do !== 'trial') throw new Error('warmed up already');
    const { purpose, rate, settleS, measureS } = action;
    const fails = rate > limitPerS;
    const due = Math.round(rate * measureS);
    const over = fails ? Math.ceil(0.2 * due) : 0;
    const block = { due: Math.round(rate * 5), over: fails ? Math.ceil(rate) : 0 };
    const facts = {
      purpose,
      rate,
      measuredS: measureS,
      late: false,
      due,
      completed: due,
      inFlight: [],
      conditions: [{ due, over, blocks: Array.from({ length: Math.floor(measureS / 5) }, () => block) }],
    };
    const verdict = search.record(facts);
    const wait = fails ? null : Math.round(8000 / (1.02 - rate / limitPerS));
    const trial: Trial = {
      under,
      purpose,
      offeredRate: rate,
      achievedRate: fails ? limitPerS : rate * 0.995,
      durationS: measureS,
      startS: nowS,
      outcome: verdict.outcome,
      reason: verdict.reason,
      due,
      over,
      condition: P95.name,
      latencyUs: fails
        ? { p50: 900_000, p95: null, p99: null }
        : { p50: 6000, p95: wait, p99: wait === null ? null : Math.round(wait * 1.6) },
      cpuCores: 0.1 + Math.min(rate, limitPerS) * 0.01,
      rssBytes: 120 * 2 ** 20 + rate * 50_000,
      meanInFlight: Math.min(rate, limitPerS) * 0.006,
    };
    trials.push({ facts, verdict, trial });
    nowS += settleS + measureS + 0.5;
  }
}

const lawRate = (callers: number): number => (20 * callers) / (1 + 0.03 * (callers - 1) + 0.0009 * callers * (callers - 1));

const LAW: LawFigures = {
  points: [1, 2, 4, 8, 16, 32].map((callers) => ({ callers, rate: lawRate(callers) })),
  lambda: 20,
  sigma: 0.03,
  kappa: 0.0009,
  model: 'usl',
  verdict: 'peak-extrapolated',
  bestMeasured: { callers: 32, rate: 226 },
  meaning: 'Contention is 3 %; coherency costs 0.09 % for each pair of callers.',
  flags: ['a fit without bounds gives a contention below 0'],
  curve: [1, 4, 16, 32].map((callers) => ({
    callers,
    rate: lawRate(callers),
    low: lawRate(callers) * 0.9,
    high: lawRate(callers) * 1.1,
  })),
  lackOfFit: { f: 1.2, limit: 4.44 },
  decline: { t: 0.4, limit: 2.92, drop: 0.004, bestCallers: 32, declined: false },
};

const RECOVERY: RecoveryAnswer = {
  under: 'slow-dependency@postgres',
  ending: 'bracketed',
  summary: 'recovers up to 86/s (50 %), stays down at 120/s (70 %)',
  healthyRate: 172,
  degradedShare: 0.22,
  hidden: { recovers: { share: 0.5, rate: 86 }, doesNot: { share: 0.7, rate: 120 } },
  mostAttempts: 4,
  needs: 'load-shedding',
  label: '50 and 70 % of the healthy capacity only',
  budgetS: 340,
  tookS: 212,
  levels: [
    {
      share: 0.5,
      offeredRate: 86,
      outcome: 'recovers',
      reason: 'back 9 s after the fault was lifted; 11 s is the computed drain',
      startS: 0,
      faultS: 20,
      heldS: 60,
      drainS: 11,
      recoverS: 9,
      inTime: { before: 1, during: 0.31, last: 1 },
      attemptsPerCall: 2.2,
      dependencyAmplification: 1.4,
      dropped: 0,
      cameBack: true,
    },
    {
      share: 0.7,
      offeredRate: 120,
      outcome: 'stuck',
      reason: '96 s after the fault was lifted 2 % of the calls due were answered in time',
      startS: 95,
      faultS: 20,
      heldS: 96,
      drainS: 32,
      inTime: { before: 1, during: 0.12, last: 0.02 },
      attemptsPerCall: 3.9,
      dropped: 0,
      cameBack: true,
    },
  ],
  remarks: ['The retry policy makes up to 4 calls of one.'],
};

export const QUESTION: SizingQuestion = {
  peakPerS: 1000,
  windowS: 1,
  burst: 1.5,
  burstWindowS: 0.1,
  growth: 0.3,
  capacityPerS: 150,
  smallestFailPerS: 183,
  utilisation: 0.7,
  failureUtilisation: 0.9,
  surviveInstances: 1,
  zones: 3,
  surviveZones: 1,
  minimum: 2,
  affinity: 'none',
  sessionRateVariation: 0,
  sessionsHeld: 5000,
  sessionsOpenedPerS: 20,
  openingCost: 1,
  reconnectS: 10,
  latencyS: 0.05,
  baseMemoryMb: 120,
  sessionMemoryMb: 0.2,
  callMemoryMb: 1,
  memoryLimitMb: 16_384,
  heapLimitMb: null,
  heapShare: 1,
  fill: 0.8,
  maxSessions: null,
  baseDescriptors: 100,
  sessionDescriptors: 0,
  callDescriptors: 1,
  descriptorLimit: 65_536,
  cores: 4,
  cpuPerCallS: 0.01,
  idleCores: 0.1,
  scalingEfficiency: null,
  dependency: null,
  rolling: null,
  faults: [{ name: 'slow-dependency@postgres', capacityPerS: 40, latencyS: 0.3, timeoutS: 3, amplification: 1 }],
  autoscaling: null,
  averagePerS: 300,
  pricePerHour: 0.2,
};

/** Capacity figures whose parts were computed by the real code from made trials. */
export function madeCapacity(): CapacityFigures {
  const healthy = searched('none', 175);
  const slow = searched('slow-dependency@postgres', 42);
  return {
    unit: 'calls/s',
    instances: 1,
    arrivals: 'poisson',
    healthy,
    underFaults: [{ ...slow, lost: 0.76 }],
    recovery: [RECOVERY],
    law: LAW,
    resources: {
      cpuPerCallS: 0.01,
      idleCores: 0.1,
      sessionBytes: 40 * 1024,
      intervals: { cpuPerCallS: [0.0098, 0.0102], idleCores: [0, 0.2], sessionBytes: [35 * 1024, 45 * 1024] },
      remarks: ['memory did not follow the calls in flight'],
    },
    sizing: computeSizing(QUESTION, {}, [], { 'instance.sessionMemory': [0.18, 0.22] }),
  };
}

/** A report input with capacity figures in its result. */
export function withCapacity({ analysis, verdict }: ReportInput, capacity: CapacityFigures): ReportInput {
  const result = { ...analysis.result, capacity };
  return { analysis: { ...analysis, result }, verdict, readiness: readinessCard(result, verdict, analysis.scenario) };
}
