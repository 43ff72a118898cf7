import { conditionsOf } from '../../capacity/search/slo-condition.js';
import type { SearchEnd } from '../../journal/search-end.js';
import type { CapacityOutlet } from './capacity-outlet.js';
import { sweepForLaw, weighIdleSessions } from './measure-healthy.js';
import { runSearch } from './run-search.js';
import type { SearchUnder } from './search-entry.js';
import { searchRecovery } from './search-recovery.js';
import { startRateOf } from './start-rate.js';
import { tellReplicas } from './tell-replicas.js';
import { TrialRunner } from './trial-runner.js';

/**
 * The search under each entry, one after another, what else is measured on the healthy server beside the healthy one, and in the end the
 * search for hidden capacity.
 * @throws PlimsollError with exit code 7 when a fault cannot be put in force.
 */
export async function searchAll(outlet: CapacityOutlet): Promise<void> {
  const { request, drives, write, originMs, ended } = outlet;
  const { nowMs } = outlet.parts;
  const { scenario } = request.loaded;
  const runner = new TrialRunner({ drives, scenario, write, nowMs, originMs, stop: ended });
  await tellReplicas(outlet);
  const ends = new Map<string, SearchEnd>();
  for (const [index, entry] of request.searches.entries()) {
    if (ended.aborted) return;
    if (entry.under === 'none') await weighIdleSessions(outlet);
    if (ended.aborted) return;
    const release = await holdFault(outlet, entry, index);
    try {
      ends.set(entry.under, await searchUnder(outlet, runner, entry.under));
    } finally {
      await release();
    }
    if (entry.under === 'none') await sweepForLaw(outlet);
  }
  await searchRecovery(outlet, ends, runner.count);
}

/** Puts the fault of an entry in force. @returns what takes it off. */
async function holdFault(
  { request, environment, watcher, write, startedAtMs }: CapacityOutlet,
  { under, fault, with: parameters = {}, parametersFrom }: SearchUnder,
  index: number,
): Promise<() => Promise<void>> {
  if (fault === undefined) return async () => {};
  const words = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  watcher.onStep(`${under}: ${words.join(', ') || 'no parameters'} (${parametersFrom})`);
  const held = await environment.holdFaults({ ...request.loaded.scenario, faults: [fault] }, startedAtMs, (entry) =>
    write(entry.type === 'fault' ? { ...entry, fault: index } : entry),
  );
  return () => held.release();
}

async function searchUnder(outlet: CapacityOutlet, runner: TrialRunner, under: string): Promise<SearchEnd> {
  const { request, drives, watcher, write, originMs, highestRate, why } = outlet;
  const { nowMs } = outlet.parts;
  const { scenario } = request.loaded;
  const { end, tookS } = await runSearch({
    under,
    plan: request.plan,
    startRate: request.start.startRate,
    ...(highestRate === undefined ? {} : { highestRate }),
    findStart: async (given) => {
      const rate = await startRateOf(drives('start-rate'), scenario, given);
      if (rate > given) watcher.onStep(`${under}: the search begins at ${Number(rate.toPrecision(4))}/s`);
      return rate;
    },
    conditions: conditionsOf(scenario.slo),
    trial: (order, deadlineMs) => runner.run(order, deadlineMs),
    onTrial: (entry, verdict) => {
      write(entry);
      watcher.onTrial(entry, verdict);
    },
    nowMs,
    interrupted: why,
  });
  write({ type: 'search', t: (nowMs() - originMs) / 1000, under, tookS, end });
  watcher.onSearchEnd(under, end.ending, end.reason, tookS);
  return end;
}
