import type { Environment } from '../../environment/environment.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { TrafficEntry, TrafficKind } from '../../journal/sessions-entry.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { RunSession } from '../run-session.js';
import type { CapacityParts, CapacityRequest, CapacityWatcher, SearchOrder } from './capacity-request.js';

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

/** Makes an environment whose drives are written down as what they sent, whatever is made of their figures. */
type CountDrives = (what: TrafficKind) => Environment;

/** @param nowS seconds since the start of the run */
export const countDrives =
  (environment: Environment, write: (entry: JournalEntry) => void, nowS: () => number): CountDrives =>
  (what) => ({
    ...environment,
    drive: (scenario, timeline, onEntry, more) => {
      const sum = { calls: 0, failed: 0, opened: 0, lost: 0, replaced: 0 };
      const drive = environment.drive(
        scenario,
        timeline,
        (entry) => {
          if (entry.type === 'second') {
            const { sessionsOpened = 0, sessionsLost = 0, sessionsReplaced = 0 } = entry.generator;
            sum.opened += sessionsOpened;
            sum.lost += sessionsLost;
            sum.replaced += sessionsReplaced;
            for (const { started = 0, retries = 0, failed = 0, unfinished = 0 } of entry.cells) {
              sum.calls += started + retries;
              sum.failed += failed + unfinished;
            }
          }
          onEntry(entry);
        },
        more,
      );
      const tell = (): void => {
        const { calls, failed, ...sessions } = sum;
        const told = sessions.opened + sessions.lost + sessions.replaced > 0 ? { sessions } : {};
        write({ type: 'traffic', t: nowS(), what, calls, failed, ...told } satisfies TrafficEntry);
      };
      return { ...drive, ended: drive.ended.finally(tell) };
    },
  });
