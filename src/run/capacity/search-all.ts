import { conditionsOf } from '../../capacity/search/slo-condition.js';
import type { SearchEnd } from '../../journal/search-end.js';
import { givenRateText } from '../../text/figure-text.js';
import { closedSweep } from './closed-sweep.js';
import { measureCeiling } from './measure-ceiling.js';
import { runSearch } from './run-search.js';
import type { SearchContext } from './search-context.js';
import type { SearchUnder } from './search-entry.js';
import { searchRecovery } from './search-recovery.js';
import { weighIdleSessions } from './session-memory.js';
import { tellReplicas } from './tell-replicas.js';
import { TrialRunner } from './trial-runner.js';

/**
 * The search under each entry, one after another, what else is measured on the healthy server beside the healthy one, and in the end the
 * search for hidden capacity.
 * @throws PlimsollError with exit code 7 when a fault cannot be put in force.
 */
export async function searchAll(context: SearchContext): Promise<void> {
  const { request, ended } = context;
  const runner = new TrialRunner(context);
  await tellReplicas(context);
  const ends = new Map<string, SearchEnd>();
  for (const [index, entry] of request.searches.entries()) {
    if (ended.aborted) return;
    if (entry.under === 'none') await weighIdleSessions(context);
    if (ended.aborted) return;
    const release = await holdFault(context, entry, index);
    try {
      ends.set(entry.under, await searchUnder(context, runner, entry.under));
    } finally {
      await release();
    }
    if (entry.under === 'none' && request.start.law && !ended.aborted) await closedSweep(context);
  }
  await searchRecovery(context, ends, runner.count);
}

/** Puts the fault of an entry in force. @returns what takes it off. */
async function holdFault(
  { scenario, environment, watcher, write, startedAtMs }: SearchContext,
  { under, fault, with: parameters = {}, parametersFrom }: SearchUnder,
  index: number,
): Promise<() => Promise<void>> {
  if (fault === undefined) return async () => {};
  const words = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  watcher.onStep?.(`${under}: ${words.join(', ') || 'no parameters'} (${parametersFrom})`);
  const held = await environment.holdFaults({ ...scenario, faults: [fault] }, startedAtMs, (entry) =>
    write(entry.type === 'fault' ? { ...entry, fault: index } : entry),
  );
  return () => held.release();
}

async function searchUnder(context: SearchContext, runner: TrialRunner, under: string): Promise<SearchEnd> {
  const { scenario, request, watcher, write, nowMs, highestRate, why } = context;
  const { end, tookS } = await runSearch({
    under,
    plan: request.plan,
    startRate: request.start.startRate,
    ...(highestRate === undefined ? {} : { highestRate }),
    ...(scenario.capacity.probe ? { measureCeiling: () => measureCeiling(context) } : {}),
    onStart: (rate) => watcher.onStep?.(`${under}: the search begins at ${givenRateText(rate)}`),
    conditions: conditionsOf(scenario.slo),
    waitForQuiet: (seconds) => context.waitForQuiet(seconds * 1000),
    trial: (order, deadlineMs) => runner.run(order, deadlineMs),
    onTrial: (entry, verdict) => {
      write(entry);
      watcher.onTrial?.(entry, verdict);
    },
    nowMs,
    interrupted: why,
  });
  write({ type: 'search', t: context.nowS(), under, tookS, end });
  watcher.onSearchEnd?.(under, end.ending, end.reason, tookS);
  return end;
}
