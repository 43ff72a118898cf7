import { Search } from '../../../src/capacity/search/search.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { type SearchStart, searchStart } from '../../../src/capacity/search/search-start.js';
import { longestLimitMs, type SloCondition } from '../../../src/capacity/search/slo-condition.js';
import type { TrialFacts } from '../../../src/capacity/search/trial-facts.js';
import { inFlightCap } from '../../../src/capacity/search/trial-verdict.js';
import { isWarm } from '../../../src/capacity/search/warm-up-rule.js';
import type { SearchEnd } from '../../../src/journal/search-end.js';
import type { Budget } from '../../../src/journal/search-plan.js';
import { BLOCK_S } from '../../../src/run/capacity/trial-load.js';
import { minimumSamples } from '../../../src/statistics/minimum-samples.js';
import { seeded } from '../../analysis/made-journal.js';
import { type ServerModel, type SimulatedCall, SimulatedServer } from './simulated-server.js';

export interface SimulatedCase {
  readonly model: ServerModel;
  readonly condition: SloCondition;
  /** Chance that the generator is late at a rate. */
  readonly lateChance?: (rate: number) => number;
}

export interface SimulatedTrial {
  readonly purpose: TrialFacts['purpose'];
  readonly rate: number;
  /** Settle, window, drain and pause. */
  readonly seconds: number;
}

export interface SimulatedResult {
  readonly end: SearchEnd;
  readonly estimate?: { readonly rate: number; readonly low: number; readonly high: number };
  readonly tookS: number;
  readonly tried: readonly SimulatedTrial[];
}

const LOOK_EVERY_S = 0.25;
const DRAIN_AT_MOST_S = 10;
const PAUSE_S = 0.5;

/** The default of `capacity.start`, calls/s. */
const GIVEN = 10;
/** Of the closed loop that is measured first. */
const CALLERS = 32;
const PROBE_S = 3;

/**
 * One whole search against one simulated server, on its clock.
 * @param begin where it begins, by what the closed loop reached
 */
export function simulateSearch(
  { model, condition, lateChance }: SimulatedCase,
  budget: Budget,
  seed: number,
  begin: (ceiling: number) => SearchStart = (ceiling) => searchStart(GIVEN, ceiling),
): SimulatedResult {
  const random = seeded(seed * 7919 + 17);
  const server = new SimulatedServer(model, seed);
  const start = begin(server.closedLoop(CALLERS, PROBE_S) / PROBE_S);
  let nowS = drained(server, PROBE_S);
  const search = new Search({ plan: SEARCH_PLANS[budget], ...start, conditions: [condition] });
  const tried: SimulatedTrial[] = [];
  for (;;) {
    const action = search.next(nowS);
    switch (action.do) {
      case 'end': {
        const { estimate } = search;
        return { end: action.end, ...(estimate === undefined ? {} : { estimate }), tookS: nowS, tried };
      }
      case 'warm-up':
        nowS = drained(server, warmUp(server, action.rate, nowS, action.capS));
        search.warmedUp();
        break;
      case 'trial': {
        const { purpose, rate, settleS, measureS } = action;
        const late = lateChance !== undefined && random() < lateChance(rate);
        const { facts, endedS } = trial(server, condition, rate, nowS, settleS, measureS);
        search.record({ ...facts, purpose, late });
        tried.push({ purpose, rate, seconds: drained(server, endedS) - nowS });
        nowS = drained(server, endedS);
      }
    }
  }
}

const drained = (server: SimulatedServer, endedS: number): number =>
  Math.min(Math.max(endedS, server.idleAtS), endedS + DRAIN_AT_MOST_S) + PAUSE_S;

function warmUp(server: SimulatedServer, rate: number, fromS: number, capS: number): number {
  const medians: number[] = [];
  let nowS = fromS;
  const load = server.load(rate, fromS);
  while (nowS + BLOCK_S <= fromS + capS && !isWarm(medians)) {
    const times = load.until(nowS + BLOCK_S).map(({ dueS, endS }) => endS - dueS);
    medians.push(times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0);
    nowS += BLOCK_S;
  }
  return nowS;
}

function trial(
  server: SimulatedServer,
  condition: SloCondition,
  rate: number,
  startS: number,
  settleS: number,
  measureS: number,
): { readonly facts: Omit<TrialFacts, 'purpose' | 'late'>; readonly endedS: number } {
  const limitS = (condition.limitMs ?? 0) / 1000;
  const fromS = startS + settleS;
  const cap = inFlightCap(rate, longestLimitMs([condition]) / 1000);
  const allowed = (1 - condition.quantile) * Math.max(rate * measureS, minimumSamples(condition.quantile));
  // Second by second, so that a stopped trial leaves no more behind than it sent.
  const calls: SimulatedCall[] = [];
  const load = server.load(rate, startS);
  let stopped: 'in-flight' | 'over' | undefined;
  let endedS = startS;
  while (endedS < fromS + measureS && stopped === undefined) {
    const untilS = Math.min(endedS + LOOK_EVERY_S, fromS + measureS);
    calls.push(...load.until(untilS));
    endedS = untilS;
    let inFlight = 0;
    let over = 0;
    for (const { dueS, endS } of calls) {
      if (endS > endedS) inFlight++;
      if (dueS >= fromS && Math.min(endS, endedS) - dueS > limitS) over++;
    }
    if (inFlight > cap) stopped = 'in-flight';
    else if (over > allowed) stopped = 'over';
  }
  const own = calls.filter(({ dueS }) => dueS >= fromS);
  const isOver = ({ dueS, endS }: SimulatedCall): boolean => endS - dueS > limitS || endS > endedS + DRAIN_AT_MOST_S;
  const measuredS = Math.max(0, endedS - fromS);
  const seconds = Math.floor(measuredS);
  const inFlight = Array.from({ length: seconds }, (_, i) =>
    calls.reduce((sum, call) => sum + Math.max(0, Math.min(call.endS, fromS + i + 1) - Math.max(call.dueS, fromS + i)), 0),
  );
  const lengths = measuredS < 5 ? [measuredS] : Array.from({ length: Math.floor(measuredS / 5) }, () => 5);
  const blocks = lengths.map((lengthS, i) => {
    const inside = own.filter(({ dueS }) => dueS >= fromS + i * 5 && dueS < fromS + i * 5 + lengthS);
    return { due: inside.length, over: inside.filter(isOver).length };
  });
  return {
    endedS,
    facts: {
      rate,
      measuredS,
      ...(stopped === undefined ? {} : { stopped }),
      due: own.length,
      completed: calls.filter(({ endS }) => endS >= fromS && endS < endedS).length,
      inFlight,
      conditions: [{ due: own.length, over: own.filter(isOver).length, blocks }],
    },
  };
}
