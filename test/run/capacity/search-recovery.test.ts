import { describe, expect, it } from 'vitest';
import { recoveryBudgetS } from '../../../src/capacity/recovery/recovery-plan.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import type { Environment } from '../../../src/environment/environment.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from '../../../src/journal/recovery-entry.js';
import type { RecoveryPlan } from '../../../src/journal/recovery-plan.js';
import type { SearchEnd } from '../../../src/journal/search-end.js';
import type { SearchContext } from '../../../src/run/capacity/search-context.js';
import { searchesUnder } from '../../../src/run/capacity/search-entry.js';
import { searchRecovery } from '../../../src/run/capacity/search-recovery.js';
import type { Scenario } from '../../../src/scenario/scenario.js';
import { interval } from '../../capacity/made-trial.js';
import { scenarioOf } from '../../load/scenario-of.js';

const plan: RecoveryPlan = {
  shares: [0.5, 0.8],
  lowerShares: [0.25],
  leadS: 2,
  faultS: 2,
  leastHoldS: 6,
  windowS: 3,
  idleS: 5,
  label: 'two loads',
};
const UNDER = ['slow-dependency@store', 'refused@store'];

interface Made {
  /** Calls a second from which on the target stays down after a fault. */
  readonly stuckFrom?: number;
  /** Whether it answers once the load is gone. */
  readonly backIdle?: boolean;
  /** Whether it does not answer before the first load either. */
  readonly busyBefore?: boolean;
  /** The user stops everything in this drive. */
  readonly stopIn?: number;
  readonly ends?: ReadonlyMap<string, SearchEnd>;
}

/** The search on a made environment whose drives take no time but that of a clock of their own. */
async function searched({ stuckFrom = Number.POSITIVE_INFINITY, backIdle = true, busyBefore = false, stopIn, ends }: Made) {
  let clockMs = performance.now();
  const stop = new AbortController();
  const entries: JournalEntry[] = [];
  const driven: Scenario[] = [];
  let levelsSeen = 0;
  const drive: Environment['drive'] = (scenario, _timeline, onEntry) => {
    driven.push(scenario);
    const [phase] = scenario.load.phases;
    const seconds = (phase?.forMs ?? 0) / 1000;
    const [fault] = scenario.faults;
    if (fault !== undefined) levelsSeen++;
    const rate = phase?.model === 'open' ? phase.toPerS : 10;
    let stopped = false;
    // Told later, as real drives do.
    const ended = Promise.resolve().then(() => {
      if (driven.length === stopIn) stop.abort('interrupted');
      if (stopped) return { reason: 'stopped', endedS: 0, counters: {} } as never;
      onEntry({ type: 'cell', id: 0, tool: 'echo', endpoint: 'e', segment: 0 });
      const [onS, offS] = fault === undefined ? [0, 0] : [fault.atMs / 1000, (fault.atMs + fault.forMs) / 1000];
      const told = { type: 'fault', fault: 0, dependency: 'store', recipe: fault?.inject ?? 'toxics' } as const;
      if (fault !== undefined) onEntry({ ...told, t: onS, what: 'on' });
      for (let t = 0; t < seconds; t++) {
        const down =
          fault === undefined ? busyBefore || (!backIdle && levelsSeen > 0) : t >= onS && (t < offS || rate >= stuckFrom);
        const cell = down
          ? { cell: 0, offered: rate, started: rate, failed: rate, errors: { timeout: rate } }
          : { cell: 0, offered: rate, started: rate, ok: rate, response: interval([20, rate]) };
        onEntry({ type: 'second', t, worker: 0, inFlight: 1, generator: {}, cells: [cell] });
      }
      if (fault !== undefined) onEntry({ ...told, t: offS, what: 'off' });
      clockMs += seconds * 1000;
      return { reason: 'completed', endedS: seconds, counters: {} } as never;
    });
    const startedMs = clockMs;
    return {
      startedAtMs: Date.now(),
      nowS: () => (clockMs - startedMs) / 1000,
      ended,
      stop: () => {
        stopped = true;
      },
    };
  };
  const scenario = scenarioOf({
    dependencies: { store: { listen: '127.0.0.1:19001', upstream: '127.0.0.1:19002', tools: ['echo'] } as never },
    slo: { declared: true, p95Ms: 200, tools: {}, during: {} },
  });
  const originMs = clockMs;
  const context: SearchContext = {
    scenario,
    request: {
      searches: searchesUnder(scenario, ['none', ...UNDER]),
      plan: SEARCH_PLANS['2m'],
      sweepS: 0,
      start: {
        plan: SEARCH_PLANS['2m'],
        startRate: 20,
        arrivals: 'poisson',
        instances: 1,
        law: false,
        recovery: { plan, budgetS: recoveryBudgetS(plan) },
      },
    },
    watcher: {},
    environment: { drive } as Environment,
    drives: () => ({ drive }) as Environment,
    readRss: async () => undefined,
    highestRate: undefined,
    write: (entry) => void entries.push(entry),
    nowMs: () => clockMs,
    nowS: () => (clockMs - originMs) / 1000,
    startedAtMs: Date.now(),
    ended: stop.signal,
    waitForQuiet: async () => {},
    why: () => (stop.signal.aborted ? 'stopped by the user' : undefined),
  };
  const confirmed = (confirmedRate: number): SearchEnd => ({ ending: 'confirmed', reason: '', confirmedRate });
  await searchRecovery(
    context,
    ends ?? new Map([['none', confirmed(100)], ...UNDER.map((under) => [under, confirmed(40)] as const)]),
    7,
  );
  const levels = entries.filter((entry): entry is RecoveryLevelEntry => entry.type === 'recovery-level');
  const searches = entries.filter((entry): entry is RecoverySearchEntry => entry.type === 'recovery-search');
  const told = searches.map(({ under, end }) => `${under} ${end.ending}`);
  return { entries, driven, levels, searches, told };
}

describe('the search for hidden capacity', () => {
  it('holds each load at one rate through the fault of its entry, and keeps what came of it', async () => {
    const { driven, levels, told, searches, entries } = await searched({ stuckFrom: 80 });
    expect(told).toEqual(UNDER.map((under) => `${under} bracketed`));
    expect(levels.map(({ under, offeredRate, cameBack }) => [under, offeredRate, cameBack])).toEqual(
      UNDER.flatMap((under) => [
        [under, 50, true],
        [under, 80, true],
      ]),
    );
    const loads = driven.filter(({ faults }) => faults.length > 0);
    expect(loads.map(({ faults: [fault] }) => [fault?.inject, fault?.atMs, fault?.forMs])).toEqual([
      ['slow-dependency', 2000, 2000],
      ['slow-dependency', 2000, 2000],
      ['refused', 2000, 2000],
      ['refused', 2000, 2000],
    ]);
    for (const { load } of loads) expect(load.phases).toHaveLength(1);
    // 2 s before, 2 s of fault, at least 6 s after; three drains of 2 x (0.8 - 0.4) / 0.2 s are 12 s.
    expect(loads.map(({ load }) => load.phases[0]?.forMs)).toEqual([10_000, 16_000, 10_000, 16_000]);
    expect(searches[0]).toMatchObject({ healthyRate: 100, degradedShare: 0.4 });
    // Each fault is told as that of its entry of `under`.
    expect(entries.flatMap((entry) => (entry.type === 'fault' && entry.what === 'on' ? [entry.fault] : []))).toEqual([
      1, 1, 2, 2,
    ]);
  });

  it('does not begin with another fault where the target stays down without load', async () => {
    const { told, searches, levels } = await searched({ stuckFrom: 10, backIdle: false });
    expect(levels).toHaveLength(1);
    expect(told).toEqual(['slow-dependency@store stays-down', 'refused@store not-started']);
    expect(searches[1]?.end.reason).toBe('the target did not come back after slow-dependency@store');
  });

  it('does not begin at all while the target is still busy with what the searches left', async () => {
    const { told, levels, searches } = await searched({ busyBefore: true });
    expect(levels).toEqual([]);
    expect(told).toEqual(UNDER.map((under) => `${under} not-started`));
    expect(searches[0]?.end.reason).toBe('the target did not come back after the searches');
  });

  it('needs a healthy capacity that was confirmed', async () => {
    const unconfirmed: SearchEnd = { ending: 'unconfirmed', reason: 'out of time', largestPass: 80 };
    const { told, driven } = await searched({ ends: new Map([['none', unconfirmed]]) });
    expect(told).toEqual(UNDER.map((under) => `${under} not-started`));
    expect(driven).toEqual([]);
  });

  it('ends where the user says, with the levels that were done', async () => {
    // A question, a level and the question after it are three drives.
    const { told, levels } = await searched({ stopIn: 4 });
    expect(levels.map(({ stopped }) => stopped)).toEqual([undefined, 'stopped']);
    expect(told).toEqual(['slow-dependency@store interrupted']);
  });
});
