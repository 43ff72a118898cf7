import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reportedTrial } from '../../src/capacity/search/reported-trials.js';
import { conditionsOf } from '../../src/capacity/search/slo-condition.js';
import { openEnvironment } from '../../src/environment/open-environment.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { TrialEntry } from '../../src/journal/trial-entry.js';
import { tellReplicas } from '../../src/run/capacity/tell-replicas.js';
import { TrialRunner } from '../../src/run/capacity/trial-runner.js';
import { capacitySettings } from '../../src/scenario/capacity-settings.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { scenarioOf } from '../load/scenario-of.js';
import { fixture, startServer } from './plimsoll.js';

/** A server whose metrics page tells a count of replicas that the test sets. */
async function target(capacity: object = {}) {
  const port = await startServer([process.execPath, fixture('dependent-server.js'), '--ms', '5']);
  const base = `http://127.0.0.1:${port}`;
  const scenario = scenarioOf({
    target: { ...scenarioOf().target, urls: [`${base}/mcp`], protocol: 'legacy', metrics: `${base}/metrics` },
    calls: [{ type: 'call', tool: 'work', weight: 1, arguments: {} }],
    slo: { declared: true, p95Ms: 1000, tools: {}, during: {} },
    capacity: capacitySettings(capacity),
  });
  const scaleTo = async (count: number): Promise<void> =>
    void (await fetch(`${base}/replicas?count=${count}`, { method: 'POST' }));
  return { scenario, scaleTo };
}

describe('replicas behind the target', () => {
  it('are watched in each trial by its metrics page: a trial during which their count changes does not count', async () => {
    const { scenario, scaleTo } = await target();
    await scaleTo(2);
    const environment = await openEnvironment(scenario, {
      onStep: () => {},
      redactor: new Redactor(),
      signal: new AbortController().signal,
    });
    onTestFinished(async () => void (await environment.close()));
    const originMs = performance.now();
    const nowMs = (): number => performance.now();
    const trials = new TrialRunner({
      drives: () => environment,
      scenario,
      write: () => {},
      nowMs,
      nowS: () => (nowMs() - originMs) / 1000,
      ended: new AbortController().signal,
    });
    const run = (): Promise<TrialEntry> =>
      trials.run({ under: 'none', purpose: 'double', rate: 40, settleS: 1, measureS: 4, askedS: 0 }, nowMs() + 60_000);
    const steady = await run();
    expect(steady.replicas).toEqual({ least: 2, most: 2 });
    const [scaled] = await Promise.all([run(), wait(2500).then(() => scaleTo(3))]);
    expect(scaled.replicas).toEqual({ least: 2, most: 3 });
    expect(reportedTrial(scaled, conditionsOf(scenario.slo)).trial).toMatchObject({
      outcome: 'invalid',
      reason: 'the count of replicas changed while it ran: 2 to 3',
    });
  });

  it('are told before the search where they are not what the scenario says, or cannot be watched', async () => {
    const told = async (capacity: object, instances: number, count: number): Promise<string> => {
      const { scenario, scaleTo } = await target(capacity);
      await scaleTo(count);
      const said: string[] = [];
      const context = {
        scenario,
        request: { start: { instances } },
        nowS: () => 0,
        watcher: { onStep: (text: string) => void said.push(text) },
        write: (entry: JournalEntry) => void said.push(entry.type === 'note' ? `${entry.level}: ${entry.text}` : entry.type),
      };
      await tellReplicas(context as unknown as Parameters<typeof tellReplicas>[0]);
      return said.join('\n');
    };
    const series = 'kube_deployment_status_replicas_ready{deployment="depends"}';
    expect(await told({}, 2, 2)).toBe(`watching replicas: ${series} is 2`);
    expect(await told({}, 1, 2)).toBe(
      `warning: ${series} is 2, and capacity.target.instances says 1: per-instance figures would be off by that factor`,
    );
    expect(await told({ target: { replicas: 'my_pods' } }, 1, 1)).toMatch(
      /^warning: replicas are not watched: there is no my_pods \(http:.*\/metrics\)$/,
    );
  });
});
