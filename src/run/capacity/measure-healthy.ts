import { setTimeout as wait } from 'node:timers/promises';
import type { CapacityOutlet } from './capacity-outlet.js';
import { closedSweep } from './closed-sweep.js';
import { sessionMemory } from './session-memory.js';

/** Memory of a session, before any load: afterwards the heap has room for many sessions, and resident memory tells nothing of them. */
export async function weighIdleSessions({
  request,
  parts,
  watcher,
  environment,
  write,
  originMs,
  ended,
}: CapacityOutlet): Promise<void> {
  const { pid, endpoints } = environment;
  if (pid === undefined || ended.aborted) return;
  const stateful = endpoints.some((endpoint) => endpoint.stateful && endpoint.era === 'legacy');
  if (stateful) watcher.onStep('measuring memory per idle session (up to 1 min, not part of the budget)');
  const weighed = await sessionMemory({
    scenario: request.loaded.scenario,
    stateful,
    engineFor: parts.engineFor,
    readRss: () => parts.readRss(pid),
    atMost: request.mostSessions ?? Number.POSITIVE_INFINITY,
    wait: (ms) => wait(ms),
    stopped: () => ended.aborted,
  });
  write({ type: 'resources', t: (parts.nowMs() - originMs) / 1000, ...weighed });
}

/** The closed sweep for the law, once the capacity is known. */
export async function sweepForLaw({ request, parts, watcher, drives, write, originMs, ended }: CapacityOutlet): Promise<void> {
  if (!request.start.law || ended.aborted) return;
  await closedSweep({
    environment: drives('sweep'),
    scenario: request.loaded.scenario,
    write,
    onPoint: (entry) => watcher.onPoint(entry),
    onStep: (text) => watcher.onStep(text),
    nowMs: parts.nowMs,
    originMs,
    stopped: () => ended.aborted,
    budgetS: request.sweepS,
  });
}
