import type { Environment } from '../../environment/environment.js';
import type { StartEntry } from '../../journal/start-entry.js';
import { hostFacts } from '../host-facts.js';
import { targetFacts } from '../target-facts.js';
import type { CapacityParts, CapacityRequest } from './capacity-request.js';
import type { CapacityWatcher } from './capacity-watcher.js';

/** What was asked for, with the open environment that it is asked of. */
export interface CapacitySetting {
  readonly request: CapacityRequest;
  readonly parts: CapacityParts;
  readonly watcher: CapacityWatcher;
  readonly environment: Environment;
  /** Highest rate that the generator was trusted with, calls/s; undefined where it was not measured. */
  readonly highestRate: number | undefined;
}

/** First entry of the journal of a capacity search. @param startedAtMs `Date.now()` at its beginning */
export function startEntry(
  { request, environment, highestRate }: CapacitySetting,
  runId: string,
  startedAtMs: number,
): StartEntry {
  const { loaded, searches, start, version, labels } = request;
  const { faults } = environment;
  return {
    type: 'start',
    schema: 'plimsoll.journal/1',
    runId,
    version,
    startedAt: new Date(startedAtMs).toISOString(),
    scenario: loaded.redacted,
    scenarioHash: loaded.hash,
    labels,
    host: hostFacts(),
    target: targetFacts(loaded.scenario.target, environment.endpoints),
    timeline: [],
    workers: environment.workers,
    timeoutMs: loaded.scenario.load.timeoutMs,
    slo: loaded.scenario.slo,
    ...(faults === undefined ? {} : { faultEngine: faults.engine, proxiedPaths: faults.proxiedPaths }),
    capacity: {
      ...start,
      ...(highestRate === undefined ? {} : { generatorRate: highestRate }),
      entries: searches.map(({ under, with: parameters }) => ({
        under,
        ...(parameters === undefined ? {} : { with: parameters }),
      })),
    },
  };
}
