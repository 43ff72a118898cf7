import { capacityAnswer, type ReportedTrial } from '../../src/capacity/search/capacity-answer.js';
import { judgeCapacity } from '../../src/capacity/search/judge-capacity.js';
import { SEARCH_PLANS } from '../../src/capacity/search/search-plan.js';
import type { SloCondition } from '../../src/capacity/search/slo-condition.js';
import type { TrialFacts } from '../../src/capacity/search/trial-facts.js';
import { verdictOf } from '../../src/capacity/search/trial-verdict.js';
import type { SearchEnd } from '../../src/journal/search-end.js';
import type { ReportInput } from '../../src/report/report-input.js';
import type { CapacityAnswer, CapacityFigures, Trial } from '../../src/result/capacity-figures.js';
import { capacitySettings } from '../../src/scenario/capacity-settings.js';
import { sizeCapacity } from '../../src/sizing/size-capacity.js';
import type { SizedScenario } from '../../src/sizing/sizing-inputs.js';
import { PASSING, reportInputOf } from './example-runs.js';
import { withCapacity } from './made-capacity.js';

const P95: SloCondition = { name: 'p95 <= 400 ms', kind: 'latency', quantile: 0.95, limitMs: 400 };
const SUCCESS: SloCondition = { name: 'success >= 99 %', kind: 'success', quantile: 0.99 };
const CONDITIONS = [SUCCESS, P95];

export interface MadeTrial {
  readonly purpose: Trial['purpose'];
  readonly rate: number;
  /** `slow`: 20 % take too long. `errors`: half fail at once. */
  readonly is: 'good' | 'slow' | 'errors' | 'late';
  readonly seconds?: number;
}

/** A trial with the verdict that the rules give it. */
function reported(under: string, { purpose, rate, is, seconds = 8 }: MadeTrial, startS: number): ReportedTrial {
  const due = Math.round(rate * seconds);
  const slow = is === 'slow' ? Math.ceil(0.2 * due) : 0;
  const failed = is === 'errors' ? Math.ceil(0.5 * due) : 0;
  const blocks = (over: number) => [{ due, over }];
  const facts: TrialFacts = {
    purpose,
    rate,
    measuredS: seconds,
    late: is === 'late',
    due,
    completed: due,
    inFlight: [],
    conditions: [
      { due, over: failed, blocks: blocks(failed) },
      { due, over: slow, blocks: blocks(slow) },
    ],
  };
  const verdict = verdictOf(facts, CONDITIONS);
  const decided = verdict.condition === undefined ? undefined : facts.conditions[verdict.condition];
  const trial: Trial = {
    under,
    purpose,
    offeredRate: rate,
    achievedRate: rate * 0.99,
    durationS: seconds,
    startS,
    outcome: verdict.outcome,
    reason: verdict.reason,
    due,
    over: decided?.over ?? 0,
    condition: verdict.condition === undefined ? '' : (CONDITIONS[verdict.condition]?.name ?? ''),
    latencyUs: is === 'slow' ? { p50: 300_000, p95: 900_000, p99: null } : { p50: 6000, p95: 20_000, p99: 40_000 },
    successRate: (due - failed) / due,
    cpuCores: 0.1 + rate * 0.005,
    rssBytes: 120 * 2 ** 20,
    meanInFlight: rate * 0.006,
  };
  return { trial, facts, verdict };
}

/** The answer of a search that made these trials and ended so. */
function madeAnswer(under: string, trials: readonly MadeTrial[], end: SearchEnd): CapacityAnswer {
  const made = trials.map((trial, index) => reported(under, trial, index * 12));
  return capacityAnswer({ under, plan: SEARCH_PLANS['2m'], conditions: CONDITIONS, end, trials: made, tookS: 100 });
}

export const FAULT = 'slow-dependency@postgres';

/** Passes at 40 and 80, fails at 160. */
const DOUBLED: readonly MadeTrial[] = [
  { purpose: 'warm-up', rate: 160, is: 'good' },
  { purpose: 'double', rate: 40, is: 'good' },
  { purpose: 'double', rate: 80, is: 'good' },
  { purpose: 'double', rate: 160, is: 'slow' },
  { purpose: 'double', rate: 160, is: 'slow' },
];
const SOAK: MadeTrial = { purpose: 'soak', rate: 80, is: 'good', seconds: 20 };
const LATE: readonly MadeTrial[] = Array.from({ length: 3 }, () => ({ purpose: 'double', rate: 20, is: 'late' }));

const CONFIRMED = madeAnswer('none', [...DOUBLED, SOAK], {
  ending: 'confirmed',
  reason: 'the soak passed',
  confirmedRate: 80,
  largestPass: 80,
  smallestFail: 160,
});

/** The search went down to a rate of its estimate that it never tried. */
const UNCONFIRMED = madeAnswer('none', DOUBLED, {
  ending: 'unconfirmed',
  reason: 'out of time: no soak of 20 s was left',
  largestPass: 131,
  smallestFail: 160,
});

const ALL_INVALID: SearchEnd = { ending: 'invalid', reason: 'the generator is late at 20/s, before any rate passed' };
const INVALID = madeAnswer('none', LATE, ALL_INVALID);

const SETTINGS = {
  peak: '1000/s',
  burst: 1.5,
  growth: '30%',
  zones: 3,
  survive: { instances: 1, zones: 1 },
  instance: { memory: '1GiB', cpuPerCall: '5ms', idleCores: 0.1, cores: 2 },
};

const sized = (figures: CapacityFigures, settings: object = {}): CapacityFigures => {
  const scenario = { capacity: capacitySettings({ ...SETTINGS, ...settings }), dependencies: {}, load: { timeoutMs: 3000 } };
  return { ...figures, ...sizeCapacity(scenario as unknown as SizedScenario, figures) };
};

const figuresOf = (healthy: CapacityAnswer, settings: object = {}, more: Partial<CapacityFigures> = {}): CapacityFigures =>
  sized(
    {
      unit: 'calls/s',
      instances: 1,
      arrivals: 'poisson',
      healthy,
      underFaults: [],
      resources: { cpuPerCallS: 0.005, idleCores: 0.1, baseBytes: 120 * 2 ** 20, remarks: [] },
      ...more,
    },
    settings,
  );

const faultAnswer = (trials: readonly MadeTrial[], end: SearchEnd): CapacityFigures['underFaults'] => [
  madeAnswer(FAULT, trials, end),
];

/** What a search can come to, each made by the code that makes the real ones. */
export const SEARCHES = {
  confirmed: figuresOf(CONFIRMED),
  unconfirmed: figuresOf(UNCONFIRMED),
  allInvalid: figuresOf(INVALID),
  faultInvalid: figuresOf(CONFIRMED, {}, { underFaults: faultAnswer(LATE, ALL_INVALID) }),
  faultNothingPasses: figuresOf(
    CONFIRMED,
    {},
    {
      underFaults: faultAnswer([{ purpose: 'double', rate: 20, is: 'slow' }], {
        ending: 'nothing-passes',
        reason: 'nothing passes down to 1.25/s, a sixteenth of the start',
      }),
    },
  ),
  faultTooMany: figuresOf(
    CONFIRMED,
    { instance: { ...SETTINGS.instance, pool: 1 }, dependency: { maxConnections: 100 } },
    {
      underFaults: faultAnswer(
        [
          { purpose: 'double', rate: 5, is: 'good', seconds: 30 },
          { purpose: 'double', rate: 10, is: 'slow', seconds: 30 },
          { purpose: 'soak', rate: 5, is: 'good', seconds: 60 },
        ],
        { ending: 'confirmed', reason: 'the soak passed', confirmedRate: 5, largestPass: 5, smallestFail: 10 },
      ),
    },
  ),
  nothingPasses: figuresOf(
    madeAnswer(
      'none',
      [
        { purpose: 'double', rate: 20, is: 'slow' },
        { purpose: 'double', rate: 20, is: 'slow' },
      ],
      { ending: 'nothing-passes', reason: 'nothing passes down to 1.25/s, a sixteenth of the start' },
    ),
  ),
  generatorLimit: figuresOf(
    madeAnswer('none', [...DOUBLED.slice(0, 3), { purpose: 'double', rate: 160, is: 'late' }, SOAK], {
      ending: 'at-least',
      reason: 'the generator is late from 160/s on: the target carries at least what was confirmed',
      confirmedRate: 80,
      largestPass: 80,
      generatorLimit: 160,
    }),
  ),
  stoppedEarly: figuresOf(
    madeAnswer('none', DOUBLED.slice(0, 3), { ending: 'interrupted', reason: 'stopped with Ctrl-C', largestPass: 80 }),
  ),
  stoppedAfterSoak: figuresOf(
    madeAnswer('none', [...DOUBLED, SOAK], {
      ending: 'interrupted',
      reason: 'stopped with Ctrl-C',
      confirmedRate: 80,
      largestPass: 80,
    }),
  ),
  errorsAtEveryRate: figuresOf(
    madeAnswer('none', [{ purpose: 'double', rate: 20, is: 'errors' }], {
      ending: 'nothing-passes',
      reason: 'nothing passes down to 1.25/s, a sixteenth of the start',
    }),
  ),
  noRoomForConnections: figuresOf(CONFIRMED, {
    instance: { ...SETTINGS.instance, pool: 5 },
    dependency: { maxConnections: 100 },
  }),
  noRoomUnconfirmed: figuresOf(UNCONFIRMED, {
    instance: { ...SETTINGS.instance, pool: 5 },
    dependency: { maxConnections: 100 },
  }),
  // 42 instances at the lower end of what one carries, 21 at the upper.
  roomAtTheUpperEnd: figuresOf(CONFIRMED, {
    instance: { ...SETTINGS.instance, pool: 5 },
    dependency: { maxConnections: 150 },
  }),
  noMemory: figuresOf(CONFIRMED, { instance: { ...SETTINGS.instance, memory: '64MiB' } }),
  noDescriptors: figuresOf(CONFIRMED, { instance: { ...SETTINGS.instance, descriptors: 64 } }),
  databaseTooSlow: figuresOf(CONFIRMED, {
    instance: { ...SETTINGS.instance, pool: 1 },
    dependency: { maxConnections: 1000, capacity: '1000/s' },
  }),
  burstForNothing: figuresOf(CONFIRMED, { burst: 1.001 }),
  given: figuresOf(UNCONFIRMED, { measured: { confirmed: '80/s' } }),
  twoMeasured: figuresOf(CONFIRMED, { measured: { scalingEfficiency: 0.999 } }),
  lawOmitted: figuresOf(CONFIRMED, {}, { lawOmitted: 'only 4 levels were measured' }),
  notAsked: (() => {
    const { sizing: _, sizingOmitted: __, ...rest } = figuresOf(CONFIRMED);
    return rest;
  })(),
} satisfies Readonly<Record<string, CapacityFigures>>;

export type SearchName = keyof typeof SEARCHES;

/** The journal of a search has no second of load of its own, so its series have no points. */
function withoutPoints<T>(series: T): T {
  if (Array.isArray(series)) return [] as T;
  if (series === null || typeof series !== 'object') return series;
  return Object.fromEntries(Object.entries(series).map(([key, value]) => [key, withoutPoints(value)])) as T;
}

/** What the reports of such a search are made from. */
export function searchInput(capacity: CapacityFigures): ReportInput {
  const input = withCapacity(reportInputOf(PASSING), capacity);
  const { analysis } = input;
  const run = { ...analysis.result.run, end: 'completed' as const };
  const verdict = judgeCapacity({ run, faults: [] }, capacity);
  const validity = { ...analysis.result.validity, valid: verdict.outcome !== 'invalid', reasons: [] };
  return {
    analysis: {
      ...analysis,
      series: withoutPoints(analysis.series),
      result: { ...analysis.result, run, faults: [], validity, phases: [] },
    },
    verdict,
    readiness: input.readiness,
  };
}
