import { expect, it, onTestFinished } from 'vitest';
import { openEnvironment } from '../../src/environment/open-environment.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { TrafficEntry } from '../../src/journal/sessions-entry.js';
import { askWhetherIdle } from '../../src/run/capacity/idle-question.js';
import { measureCeiling } from '../../src/run/capacity/measure-ceiling.js';
import { countDrives } from '../../src/run/capacity/search-context.js';
import { TrialRunner } from '../../src/run/capacity/trial-runner.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { cannedServer, echo } from '../fixtures/canned-server.js';
import { scenarioOf } from '../load/scenario-of.js';

it('every call of a search that the server counts is written down, and no session is opened for each', {
  timeout: 60_000,
}, async () => {
  // Every second call is told that its session is gone.
  let calls = 0;
  const server = await cannedServer({
    stateful: true,
    onCall: (message, response) => {
      if (++calls % 2 === 0) response.writeHead(404).end('Session not found');
      else echo(message, response);
    },
  });
  const scenario = scenarioOf({
    target: { ...scenarioOf().target, urls: [server.url], protocol: 'legacy', preflight: 'schema' },
    calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: {} }],
    load: { arrivals: 'poisson', maxInFlight: 100, timeoutMs: 2000 },
    slo: { declared: true, success: 0.99, p95Ms: 200, tools: {}, during: {} },
  });
  const environment = await openEnvironment(scenario, {
    onStep: () => {},
    redactor: new Redactor(),
    signal: new AbortController().signal,
  });
  onTestFinished(async () => {
    await environment.close();
    await server.close();
  });
  const originMs = performance.now();
  const nowMs = (): number => performance.now();
  const traffic: TrafficEntry[] = [];
  const write = (entry: JournalEntry): void => {
    if (entry.type === 'traffic') traffic.push(entry);
  };
  const nowS = (): number => (nowMs() - originMs) / 1000;
  const drives = countDrives(environment, write, nowS);
  await measureCeiling({ drives, environment, scenario, write, nowS });
  const idleFrom = calls;
  const ended = new AbortController().signal;
  await askWhetherIdle({ drives, scenario, nowMs, ended }, 2, () => 30_000);
  // One caller that asks for a second, with 50 ms between an answer and the next question, a few times at most.
  expect(calls - idleFrom).toBeLessThanOrEqual(4 * 21);
  const trials = new TrialRunner({ drives, scenario, write, nowMs, nowS, ended });
  await trials.run({ under: 'none', purpose: 'double', rate: 50, settleS: 1, measureS: 3, askedS: 0 }, originMs + 50_000);
  expect(traffic.map(({ what }) => what)).toEqual(expect.arrayContaining(['start-rate', 'idle-check', 'trial']));
  expect(traffic.reduce((sum, entry) => sum + entry.calls, 0)).toBe(calls);

  const sessions = (await environment.endSessions?.())?.sessions;
  const initializes = server.seen.filter(({ message }) => message?.method === 'initialize').length;
  const deletes = server.seen.filter(({ method }) => method === 'DELETE').length;
  expect(sessions?.opened).toBe(initializes);
  expect(sessions?.ended).toBe(deletes);
  // Thousands of calls were told that their session is gone.
  expect(calls).toBeGreaterThan(200);
  expect(initializes).toBeLessThanOrEqual(60);
});
