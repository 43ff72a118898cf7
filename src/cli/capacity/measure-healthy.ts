import { setTimeout as wait } from 'node:timers/promises';
import type { CapacityOutlet } from './capacity-outlet.js';
import { closedSweep } from './closed-sweep.js';
import { sessionMemory } from './session-memory.js';

/** What is measured on the healthy server beside its capacity, once it is known: memory of a session, and the closed sweep for the law. */
export async function measureHealthy(outlet: CapacityOutlet): Promise<void> {
  await weighSessions(outlet);
  await sweep(outlet);
}

async function weighSessions({ request, parts, watcher, environment, write, originMs, ended }: CapacityOutlet): Promise<void> {
  const { pid, endpoints } = environment;
  if (pid === undefined || ended.aborted) return;
  const stateful = endpoints.some((endpoint) => endpoint.stateful && endpoint.era === 'legacy');
  if (stateful) watcher.onStep('weighing idle sessions');
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

async function sweep({ request, parts, watcher, environment, write, originMs, ended }: CapacityOutlet): Promise<void> {
  if (!request.start.law || ended.aborted) return;
  await closedSweep({
    environment,
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
