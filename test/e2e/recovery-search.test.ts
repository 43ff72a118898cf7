import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { figuresOfSearch } from '../../src/capacity/figures-of-search.js';
import { recoveryBudgetS } from '../../src/capacity/recovery/recovery-plan.js';
import { SEARCH_PLANS } from '../../src/capacity/search/search-plan.js';
import { capacityWatcher } from '../../src/cli/capacity/capacity-watcher.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { RecoveryPlan } from '../../src/journal/recovery-plan.js';
import type { SearchEnd } from '../../src/journal/search-end.js';
import { capacityParts } from '../../src/run/capacity/capacity-parts.js';
import type { CapacityParts, CapacityRequest } from '../../src/run/capacity/capacity-request.js';
import { beginSearch } from '../../src/run/capacity/search-context.js';
import { searchesUnder } from '../../src/run/capacity/search-entry.js';
import { searchRecovery } from '../../src/run/capacity/search-recovery.js';
import { RunSession } from '../../src/run/run-session.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { heardConsole } from '../cli/heard-console.js';
import { echoServer } from '../faults/proxied-peer.js';
import { freePort } from '../fixtures/ports.js';
import { fixture, plimsoll, startServer, temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';

/** One load, held as briefly as a verdict can be had. */
const plan: RecoveryPlan = {
  shares: [0.5],
  lowerShares: [],
  leadS: 2,
  faultS: 2,
  leastHoldS: 7,
  windowS: 3,
  idleS: 30,
  label: 'a test',
};
const UNDER = 'slow-dependency@store';

/**
 * Four slots of 20 ms and a round trip: some 180/s, and half a second of fault fills its queue for longer than clients wait. It serves what
 * they gave up on too. 60/s of clients that try three times more are 240 attempts/s for as long as none is answered in time.
 */
async function recovery(retry: 'none' | Readonly<Record<string, unknown>>) {
  const proxyPort = await freePort();
  const upstream = await echoServer();
  const command = [
    process.execPath,
    fixture('dependent-server.js'),
    '--slots',
    '4',
    '--ms',
    '20',
    '--depends',
    String(proxyPort),
  ];
  const port = await startServer(command);
  const loaded = parseScenario(
    JSON.stringify({
      plimsoll: 1,
      name: 'recovery',
      target: { url: `http://127.0.0.1:${port}/mcp`, protocol: 'legacy' },
      sessions: { count: 2 },
      load: {
        timeout: '300ms',
        maxInFlight: 5000,
        retry,
        phases: [{ name: 'steady', rate: '20/s', for: '5s' }],
      },
      calls: [{ tool: 'work', arguments: {} }],
      dependencies: { store: { listen: `127.0.0.1:${proxyPort}`, upstream, tools: ['work'] } },
      faults: [
        { dependency: 'store', inject: 'slow-dependency', at: '1s', for: '1s', with: { latency: '600ms', jitter: '0ms' } },
      ],
      slo: { p95: '250ms' },
    }),
    { fileName: 's.yaml', folder: '.', env: {}, files: { read: () => '', exists: () => false } },
  );
  const heard = heardConsole();
  const policy = loaded.scenario.load.retry;
  const request: CapacityRequest = {
    loaded,
    searches: searchesUnder(loaded.scenario, ['none', UNDER]),
    plan: SEARCH_PLANS['2m'],
    sweepS: 0,
    start: {
      plan: SEARCH_PLANS['2m'],
      startRate: 20,
      arrivals: 'poisson',
      instances: 1,
      law: false,
      recovery: { plan, budgetS: recoveryBudgetS(plan), ...(policy === undefined ? {} : { retry: policy }) },
    },
    version: 'test',
    labels: {},
    out: join(temporaryFolder(), 'run'),
    toxiproxy: 'embedded',
    stop: new AbortController().signal,
  };
  const entries: JournalEntry[] = [];
  const write = (entry: JournalEntry): void => void entries.push(JSON.parse(JSON.stringify(entry)));
  const parts: CapacityParts = {
    ...capacityParts,
    openJournal: () => ({ write, failed: new Promise(() => {}), close: async () => {} }),
  };
  const watcher = capacityWatcher(heard.console, false, 120);
  const session = await RunSession.open(request, parts, {});
  onTestFinished(() => session.close());
  const confirmed = (confirmedRate: number): SearchEnd => ({ ending: 'confirmed', reason: 'a test', confirmedRate });
  const ends = new Map([
    ['none', confirmed(120)],
    [UNDER, confirmed(24)],
  ]);
  await session.record(async () => {
    await searchRecovery(beginSearch(session, request, parts, watcher, undefined), ends, 0);
    return undefined;
  });
  const tookS = session.nowS();
  const analysis = analyse(entries);
  if (analysis.search === undefined) throw new Error('no search');
  const answer = figuresOfSearch(analysis.search, analysis.slo).recovery?.[0];
  if (answer === undefined) throw new Error(`no answer: ${heard.err()}`);
  return { answer, analysis, tookS, said: heard.err() };
}

describe('plimsoll capacity --recovery-search', () => {
  it('finds that a server stays down whose clients try again, and that it comes back without load', async () => {
    const { answer, analysis, tookS, said } = await recovery({ attempts: 4, backoff: '50ms', budget: 'none' });
    const level = answer.levels.at(-1);
    expect(level?.outcome, said).toBe('stuck');
    expect(level?.cameBack, said).toBe(true);
    expect(level?.inTime.before).toBeGreaterThan(0.9);
    expect(level?.inTime.last).toBeLessThan(0.5);
    // Four attempts a call while nothing is answered in time; at the dependency only what the slots get done.
    expect(level?.attemptsPerCall).toBeGreaterThan(2.5);
    expect(level?.dependencyAmplification).toBeGreaterThan(1.2);
    expect(level?.heldS).toBeGreaterThan(6);
    expect(answer).toMatchObject({ ending: 'nothing-recovers', needs: 'load-shedding', mostAttempts: 4, degradedShare: 0.2 });
    expect(answer.hidden).toEqual({ doesNot: { share: 0.5, rate: 60 } });
    expect(answer.summary).toContain('stays down at 60.0/s (50 %); there it came back only when the load was taken off');
    expect(answer.remarks.join()).toContain('up to 4 calls of one');
    expect(tookS).toBeLessThan(recoveryBudgetS(plan) + 1);
    expect(analysis.result.totals.retries).toBeGreaterThan(100);
    // The fault went on and off at its times, and is told.
    expect(analysis.result.faults[0]).toMatchObject({ recipe: 'slow-dependency', dependency: 'store' });
  });

  it('finds that the same server comes back by itself where they do not, and says that this tells little', async () => {
    const { answer, said } = await recovery('none');
    const level = answer.levels.at(-1);
    expect(level?.outcome, said).toBe('recovers');
    expect(level?.inTime.during, said).toBeLessThan(0.5);
    expect(level?.recoverS).toBeLessThan(5);
    expect(level?.attemptsPerCall).toBe(1);
    expect(level?.inTime.last).toBeGreaterThan(0.9);
    expect(answer.ending).toBe('recovers');
    expect(answer.remarks[0]).toContain('without retries nearly everything recovers');
    expect(answer.hidden).toEqual({ recovers: { share: 0.5, rate: 60 } });
  });

  it('refuses to begin without a fault, and without the healthy capacity', async () => {
    const file = scenarioFile({
      url: 'http://127.0.0.1:9/mcp',
      more: { dependencies: { store: { listen: '127.0.0.1:9001', upstream: '127.0.0.1:9002' } } },
    });
    const refused = async (...flags: readonly string[]) => {
      const { code, stderr } = await plimsoll(['capacity', file, '--recovery-search', ...flags]);
      expect(code, stderr).toBe(2);
      return stderr;
    };
    const none = await refused();
    expect(none).toContain('--recovery-search needs a fault to recover from in capacity.under: found none');
    expect(none).toContain('--under none --under slow-dependency@postgres');
    expect(await refused('--under', UNDER)).toContain('needs `none` in capacity.under');
  });
});
