import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environment/environment.js';
import { openEnvironment } from '../../src/environment/open-environment.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { TrialEntry } from '../../src/journal/trial-entry.js';
import { TrialRunner } from '../../src/run/capacity/trial-runner.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { scenarioOf } from '../load/scenario-of.js';
import { fixture, startServerForAll } from './plimsoll.js';

const dueIn = ({ blocks }: TrialEntry): number =>
  blocks.flatMap(({ cells }) => cells).reduce((sum, { offered = 0 }) => sum + offered, 0);

/** Four slots of about 20 ms: some 195/s. */
let environment: Environment;
let scenario: Scenario;
let stopServer = (): void => {};

beforeAll(async () => {
  const server = await startServerForAll([process.execPath, fixture('slot-server.js'), '--slots', '4', '--ms', '20']);
  stopServer = server.stop;
  scenario = scenarioOf({
    target: { ...scenarioOf().target, urls: [`http://127.0.0.1:${server.port}/mcp`], protocol: 'legacy', pid: server.pid },
    calls: [{ type: 'call', tool: 'work', weight: 1, arguments: {} }],
    load: { arrivals: 'poisson', maxInFlight: 500, timeoutMs: 3000 },
    slo: { declared: true, p95Ms: 80, tools: {}, during: {} },
  });
  environment = await openEnvironment(scenario, {
    onStep: () => {},
    redactor: new Redactor(),
    signal: new AbortController().signal,
  });
});
afterAll(async () => {
  await environment?.close();
  stopServer();
});

function runner(stop = new AbortController()) {
  const entries: JournalEntry[] = [];
  const originMs = performance.now();
  const trials = new TrialRunner({
    drives: () => environment,
    scenario,
    write: (entry) => void entries.push(entry),
    nowMs: () => performance.now(),
    nowS: () => (performance.now() - originMs) / 1000,
    ended: stop.signal,
  });
  const run = (rate: number, measureS: number, budgetS = 60): Promise<TrialEntry> =>
    trials.run({ under: 'none', purpose: 'double', rate, settleS: 1, measureS, askedS: 0 }, originMs + budgetS * 1000);
  return { run, entries, stop };
}

describe('a trial on a real server', () => {
  it('counts each call in the block in which it was due, and what ended in the window', async () => {
    const { run, entries } = runner();
    const trial = await run(100, 6);
    expect(trial).toMatchObject({ settleS: 1, plannedS: 6, measuredS: 6, offeredRate: 100 });
    expect(trial.blocks.map(({ startS, endS }) => [startS, endS])).toEqual([
      [0, 5],
      [5, 6],
    ]);
    // Poisson: 600 +- 5 standard deviations; nearly all end within the window.
    expect(Math.abs(dueIn(trial) - 600)).toBeLessThan(125);
    expect(Math.abs(trial.completed - dueIn(trial))).toBeLessThan(20);
    expect(trial.inFlight).toHaveLength(6);
    // Little: 100/s x 20 ms and what waits.
    for (const inFlight of trial.inFlight) expect(inFlight).toBeGreaterThan(1);
    expect(trial.server?.rssBytes).toBeGreaterThan(10e6);
    expect(entries.some(({ type }) => type === 'process')).toBe(true);
    expect(entries.some(({ type }) => type === 'second' || type === 'cell')).toBe(false);
  });

  it('stops an overload early, drains it, and sees that the server is idle again', async () => {
    const { run } = runner();
    const trial = await run(600, 8);
    if (trial.stopped !== 'late') {
      expect(['in-flight', 'over']).toContain(trial.stopped);
      expect(trial.measuredS).toBeLessThan(5);
      expect(trial.cameBack).toBe(true);
    }
    const after = await run(50, 3);
    const response = new LatencyHistogram();
    for (const { cells } of after.blocks) {
      for (const cell of cells) if (cell.response !== undefined) response.addInterval(cell.response);
    }
    expect(response.percentile(0.5)).toBeLessThan(60_000);
  });

  it('is over at the deadline, whatever was asked for', async () => {
    const { run } = runner();
    const beforeMs = performance.now();
    const trial = await run(50, 20, 4);
    expect(performance.now() - beforeMs).toBeLessThan(4300);
    expect(trial).toMatchObject({ stopped: 'deadline', plannedS: 20 });
    expect(trial.measuredS).toBeLessThan(4);
  });

  it('ends when the user asks, with what was measured', async () => {
    const { run, stop } = runner();
    setTimeout(() => stop.abort('interrupted'), 2500);
    const trial = await run(50, 20);
    expect(trial.stopped).toBe('stopped');
    expect(trial.measuredS).toBeLessThan(3);
    expect(dueIn(trial)).toBeGreaterThan(20);
  });
});
