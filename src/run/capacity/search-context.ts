import type { Scenario } from '../../scenario/scenario.js';
import type { RunSession } from '../run-session.js';
import type { CapacityParts, CapacityRequest, SearchOrder } from './capacity-request.js';
import type { CapacityWatcher } from './capacity-watcher.js';
import { type CountDrives, countDrives } from './counted-drives.js';

/** What every part of a capacity search works with. */
export interface SearchContext
  extends Pick<CapacityParts, 'readRss' | 'nowMs'>,
    Pick<RunSession, 'environment' | 'write' | 'nowS' | 'ended' | 'waitForQuiet'> {
  readonly scenario: Scenario;
  readonly request: SearchOrder;
  readonly watcher: CapacityWatcher;
  /** The environment, its drives written down under what they are for. */
  readonly drives: CountDrives;
  /** Highest rate that the generator was trusted with, calls/s; undefined where it was not measured. */
  readonly highestRate: number | undefined;
  /** `Date.now()` at the start of the search. */
  readonly startedAtMs: number;
  /** Why everything has to end, in words; undefined while it may go on. */
  readonly why: () => string | undefined;
}

/**
 * Begins the journal of a search.
 * @param generatorRate highest rate that one load thread is trusted with, calls/s; undefined where it was not measured
 */
export function beginSearch(
  session: RunSession,
  request: CapacityRequest,
  parts: CapacityParts,
  watcher: CapacityWatcher,
  generatorRate: number | undefined,
): SearchContext {
  const { readRss, nowMs } = parts;
  const { environment, write, nowS, ended } = session;
  const startedAtMs = Date.now();
  const originMs = nowMs();
  const highestRate = generatorRate === undefined ? undefined : generatorRate * environment.workers;
  const entries = request.searches.map(({ under, with: parameters }) => ({
    under,
    ...(parameters === undefined ? {} : { with: parameters }),
  }));
  const capacity = { ...request.start, ...(highestRate === undefined ? {} : { generatorRate: highestRate }), entries };
  session.begin({ startedAtMs, nowS: () => (nowMs() - originMs) / 1000 }, { timeline: [], capacity });
  return {
    readRss,
    nowMs,
    environment,
    write,
    nowS,
    ended,
    waitForQuiet: (limitMs) => session.waitForQuiet(limitMs),
    scenario: request.loaded.scenario,
    request,
    watcher,
    drives: countDrives(environment, write, nowS),
    highestRate,
    startedAtMs,
    why: () => session.ending?.text,
  };
}
