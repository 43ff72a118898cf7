import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { SearchPlan } from '../../src/journal/search-plan.js';
import type { SessionsEntry, TrafficEntry } from '../../src/journal/sessions-entry.js';
import { capacityParts } from '../../src/run/capacity/capacity-parts.js';
import { performCapacity } from '../../src/run/capacity/perform-capacity.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { type CannedOptions, cannedServer, echo } from '../fixtures/canned-server.js';
import { temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';
import { anyRun } from './valid-run.js';

/** A server with sessions that counts what it gets. */
async function countingServer(options: CannedOptions = {}) {
  const server = await cannedServer({ stateful: true, ...options });
  onTestFinished(() => server.close());
  const count = (method: string): number => server.seen.filter(({ message }) => message?.method === method).length;
  return {
    url: server.url,
    counts: () => ({
      calls: count('tools/call'),
      opened: count('initialize'),
      ended: server.seen.filter(({ method }) => method === 'DELETE').length,
    }),
  };
}

/** The same figures as the journal has them, with what was sent beside the judged load. */
function journalOf(out: string) {
  const entries = readFileSync(join(out, 'journal.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
  const traffic = entries.filter((entry): entry is TrafficEntry => entry.type === 'traffic');
  const judged = entries
    .flatMap((entry) => (entry.type === 'second' ? entry.cells : []))
    .reduce((sum, { started = 0, retries = 0 }) => sum + started + retries, 0);
  const sessions = entries.find((entry): entry is SessionsEntry => entry.type === 'sessions');
  return {
    traffic,
    counts: {
      calls: judged + traffic.reduce((sum, { calls }) => sum + calls, 0),
      opened: sessions?.opened,
      ended: sessions?.ended,
    },
  };
}

const plan: SearchPlan = {
  budgetS: 25,
  warmUpCapS: 2,
  width: 1.6,
  soakS: 3,
  coarseS: 2,
  fineS: 2,
  votes: 1,
  label: 'a test',
};

/** A short search at `url`, as the command makes it. */
async function searched(url: string, target: object = {}, budgetS = plan.budgetS) {
  const out = join(temporaryFolder(), 'run');
  const scenario = {
    plimsoll: 1,
    name: 'counted',
    target: { url, protocol: 'legacy', ...target },
    load: { timeout: '2s', maxInFlight: 50, phases: [{ name: 'steady', rate: '20/s', for: '5s' }] },
    calls: [{ tool: 'echo', arguments: { message: 'hi' } }],
    slo: { success: '99%', p95: '200ms' },
  };
  const loaded = parseScenario(JSON.stringify(scenario), {
    fileName: 's.yaml',
    folder: '.',
    env: {},
    files: { read: () => '', exists: () => false },
  });
  const finished = await performCapacity(
    {
      loaded,
      searches: [{ under: 'none' }],
      plan: { ...plan, budgetS },
      sweepS: 0,
      mostSessions: 12,
      start: { plan: { ...plan, budgetS }, startRate: 20, arrivals: 'poisson', instances: 1, law: false },
      version: 'test',
      labels: {},
      out,
      toxiproxy: 'embedded',
      stop: new AbortController().signal,
    },
    // No more than this: the test shares its machine.
    { ...capacityParts, calibrate: async () => 60 },
    {
      onFolder: () => {},
      onStep: () => {},
      onNote: () => {},
      onTrial: () => {},
      onPoint: () => {},
      onLevel: () => {},
      onSearchEnd: () => {},
    },
  );
  return { finished, out };
}

describe('everything that is sent to a server is in the journal', () => {
  it('of a run, with its preflight', async () => {
    const server = await countingServer();
    const { out, result } = await anyRun(scenarioFile({ url: server.url, rate: '40/s', target: { protocol: 'legacy' } }));
    const { traffic, counts } = journalOf(out);
    expect(counts).toEqual(server.counts());
    expect(traffic).toEqual([
      { type: 'traffic', t: 0, what: 'preflight', calls: 1, failed: 0, sessions: { opened: 1, lost: 0, replaced: 0 } },
    ]);
    // What is judged is the load alone.
    expect(result.totals.offered).toBe(counts.calls - 1);
    expect(result.sessions).toMatchObject({ opened: counts.opened, ended: counts.ended });
  });

  it('of a search, with its preflight and the sessions that were opened to weigh them', async () => {
    const server = await countingServer();
    const { out, finished } = await searched(server.url, { pid: process.pid });
    const { traffic, counts } = journalOf(out);
    expect(counts).toEqual(server.counts());
    const whats = traffic.map(({ what }) => what);
    expect(whats).toEqual(expect.arrayContaining(['preflight', 'idle-sessions', 'start-rate', 'trial']));
    expect(traffic.find(({ what }) => what === 'idle-sessions')?.sessions?.opened).toBeGreaterThanOrEqual(12);
    expect(finished.result.capacity?.traffic?.reduce((sum, { calls }) => sum + calls, 0)).toBe(counts.calls);
    expect(finished.result.sessions).toMatchObject({ opened: counts.opened, ended: counts.ended });
  });

  it('of a search on a server that forgets every second call its session, which is bounded and ends with the reason', async () => {
    let calls = 0;
    const server = await countingServer({
      onCall: (message, response) => {
        // The preflight is answered, or there would be no search.
        if (++calls > 1 && calls % 2 === 0) response.writeHead(404).end('Session not found');
        else echo(message, response);
      },
    });
    const { out, finished } = await searched(server.url, {}, 90);
    const { counts } = journalOf(out);
    expect(counts).toEqual(server.counts());
    // It was thousands: one for every call that was told that its session is gone.
    expect(counts.opened).toBeLessThan(counts.calls / 2);
    expect(counts.opened).toBeLessThan(200);
    const { result } = finished;
    expect(result.run.end).toBe('completed');
    // A machine that is busy with other things makes the generator late: then nothing of the server is proved, and that is said.
    const late = result.capacity?.healthy?.trials.some(({ outcome }) => outcome === 'invalid') === true;
    if (!late) expect(result.verdict.summary).toMatch(/of the calls miss success .*: the misses do not depend on the rate/);
    else expect(result.verdict.summary).toMatch(/late|out of time|the misses do not depend on the rate/);
  });
});
