import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SESSIONS } from '../../src/journal/session-counts.js';
import { threadClock } from '../../src/load/load-clock.js';
import type { Drive, DriveEntry } from '../../src/load/load-engine.js';
import { createLoadEngine } from '../../src/load/threads/create-load-engine.js';
import type { LoadEngineOptions } from '../../src/load/threads/load-engine-options.js';
import { LoadThread } from '../../src/load/threads/load-thread.js';
import type { StartThread } from '../../src/load/threads/thread-port.js';
import { workerCount } from '../../src/load/threads/worker-count.js';
import { timelineOf } from '../../src/scenario/plan/timeline.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { closed, open, ramp, scenarioOf } from './scenario-of.js';

let url = '';
let stopServer = (): void => {};

beforeAll(async () => {
  const server = spawn(process.execPath, ['test/bench/canned-server.js'], { stdio: ['pipe', 'pipe', 'inherit'] });
  stopServer = () => server.stdin.end();
  const line = await new Promise<string>((resolve) => server.stdout.once('data', (chunk) => resolve(String(chunk))));
  url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/mcp`;
});
afterAll(() => stopServer());

const scenario = (load: Partial<Scenario['load']>, target = url): Scenario =>
  scenarioOf({
    load,
    calls: [{ type: 'call', tool: 'search_orders', weight: 1, arguments: { customer: '{{ seq }}' } }],
    target: { ...scenarioOf().target, urls: [target] },
  });

const whole = { index: 0, count: 1 };

async function driveOnce(options: LoadEngineOptions, driven = options.scenario, during?: (drive: Drive) => void) {
  const engine = createLoadEngine(options);
  const start = () =>
    engine.drive({ scenario: driven, timeline: timelineOf(driven), shard: options.shard ?? whole }, (entry) =>
      entries.push(entry),
    );
  const entries: DriveEntry[] = [];
  const endpoints = await engine.open();
  try {
    const drive = start();
    during?.(drive);
    const end = await drive.ended;
    return { entries, end, drive, endpoints, workers: engine.workers };
  } finally {
    await engine.close();
  }
}

const sum = (
  entries: readonly DriveEntry[],
  name: 'offered' | 'ok' | 'failed' | 'dropped' | 'unfinished' | 'droppedByGenerator',
): number =>
  entries.reduce(
    (total, entry) => total + (entry.type === 'second' ? entry.cells.reduce((n, cell) => n + (cell[name] ?? 0), 0) : 0),
    0,
  );

describe('createLoadEngine, real threads', () => {
  it('drives one schedule from several threads, names each cell once before it is used, and adds up', async () => {
    const { entries, end, endpoints } = await driveOnce({
      scenario: scenario({ phases: [open('steady', 200, 1000)], workers: 3 }),
    });
    expect(endpoints[0]?.tools.map(({ name }) => name)).toEqual(['search_orders']);
    expect(sum(entries, 'offered')).toBe(200);
    expect(sum(entries, 'ok') + sum(entries, 'dropped') + sum(entries, 'droppedByGenerator')).toBe(200);
    expect(sum(entries, 'ok')).toBeGreaterThan(0);
    expect(end.reason).toBe('completed');
    expect(end.endedS).toBeGreaterThanOrEqual(1);
    expect(end.counters.connectionsOpened).toBeGreaterThanOrEqual(3);
    const cells = entries.filter(({ type }) => type === 'cell');
    expect(cells).toEqual([{ type: 'cell', id: 0, tool: 'search_orders', endpoint: url, segment: 0 }]);
    expect(entries.findIndex(({ type }) => type === 'cell')).toBeLessThan(
      entries.findIndex((entry) => entry.type === 'second' && entry.cells.length > 0),
    );
    for (const worker of [0, 1, 2]) {
      const seconds = entries.filter((entry) => entry.type === 'second' && entry.worker === worker);
      expect(seconds.map((entry) => (entry.type === 'second' ? entry.t : -1))).toEqual(seconds.map((_, t) => t));
      expect(seconds.length).toBeGreaterThanOrEqual(1);
    }
  });

  it('drives again and again on the same sessions, with another scenario each time', async () => {
    const first = scenario({ phases: [open('steady', 50, 300)] });
    const engine = createLoadEngine({ scenario: first });
    await engine.open();
    try {
      for (const rate of [20, 100]) {
        const driven = scenario({ phases: [open('steady', rate, 500)] });
        const entries: DriveEntry[] = [];
        const drive = engine.drive({ scenario: driven, timeline: timelineOf(driven), shard: whole }, (entry) =>
          entries.push(entry),
        );
        expect(() => engine.drive({ scenario: driven, timeline: timelineOf(driven), shard: whole }, () => {})).toThrow(
          /one drive at a time/,
        );
        expect(Math.abs(drive.startedAtMs - Date.now())).toBeLessThan(1000);
        const { counters } = await drive.ended;
        expect(sum(entries, 'offered')).toBe(rate / 2);
        expect(counters.sessions.opened).toBeLessThanOrEqual(1);
      }
    } finally {
      await engine.close();
    }
  });

  it('takes its shard of the schedule', async () => {
    const { entries } = await driveOnce({
      scenario: scenario({ phases: [open('steady', 100, 500)], workers: 2 }),
      shard: { index: 1, count: 5 },
    });
    expect(sum(entries, 'offered')).toBe(10);
  });

  it('stops when told, and says why', async () => {
    const long = scenario({ phases: [closed('busy', 2, 0, 60_000)] });
    const { end, entries } = await driveOnce(
      { scenario: long },
      long,
      (drive) => void setTimeout(() => drive.stop('drain', 'aborted'), 400),
    );
    expect(end.reason).toBe('aborted');
    expect(end.endedS).toBeLessThan(5);
    expect(sum(entries, 'ok')).toBe(sum(entries, 'offered'));
  });

  it('refuses a target that does not answer, with exit code 6 and no thread left behind', async () => {
    const engine = createLoadEngine({ scenario: scenario({}, 'http://127.0.0.1:1/mcp') });
    await expect(engine.open()).rejects.toMatchObject({ name: 'PlimsollError', exitCode: 6 });
  });

  it('takes back on the wire what a server never answers', async () => {
    // Speaks just enough to be opened, then falls silent.
    const silent = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => {
        const text = String(chunk);
        const id = /"id":([^,}]+)/.exec(text)?.[1] ?? 'null';
        const say = (result: unknown): void => {
          const body = `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`;
          socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
        };
        if (text.includes('"initialize"')) {
          say({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
        } else if (text.includes('"tools/list"')) say({ tools: [{ name: 'search_orders', inputSchema: { type: 'object' } }] });
        else if (text.includes('notifications/')) socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');
        else if (!text.startsWith('POST')) socket.write('HTTP/1.1 405 No\r\ncontent-length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const target = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`;
    const base = scenario({ phases: [open('steady', 20, 500)], drainMs: 300, timeoutMs: 20_000 }, target);
    const driven = { ...base, target: { ...base.target, protocol: '2025-06-18' } };
    const { entries, end } = await driveOnce({ scenario: driven });
    silent.close();
    expect(sum(entries, 'offered')).toBe(10);
    expect(sum(entries, 'unfinished')).toBe(10);
    expect(end.endedS).toBeLessThan(3);
  });
});

describe('createLoadEngine, threads that break', () => {
  const breaking =
    (when: 'open' | 'drive'): StartThread =>
    (birth, { onReport, onBreak }) => {
      const thread = new LoadThread({
        birth,
        clock: threadClock,
        monotonicNs: process.hrtime.bigint,
        report: onReport,
        createDriver: () => ({
          open: () =>
            Promise.resolve([{ endpoint: 'http://a', era: 'legacy', protocolVersion: 'x', stateful: false, tools: [] }]),
          start: () => () => {},
          counters: () => ({ connectionsOpened: 0, connectionsReused: 0, sessions: NO_SESSIONS, warnings: {} }),
          close: () => Promise.resolve(),
        }),
      });
      return {
        send: (order) => {
          if (order.type === when) setTimeout(() => onBreak(new Error('the thread broke') as never), 10);
          else void thread.obey(order);
        },
        end: () => Promise.resolve(),
      };
    };

  it('fails the opening', async () => {
    const engine = createLoadEngine({ scenario: scenarioOf(), startThread: breaking('open') });
    await expect(engine.open()).rejects.toThrow('the thread broke');
  });

  it('fails the drive, and every later one', async () => {
    const engine = createLoadEngine({ scenario: scenarioOf(), startThread: breaking('drive') });
    await engine.open();
    const spec = { scenario: scenarioOf(), timeline: timelineOf(scenarioOf()), shard: whole };
    await expect(engine.drive(spec, () => {}).ended).rejects.toThrow('the thread broke');
    expect(() => engine.drive(spec, () => {})).toThrow('the thread broke');
    await engine.close();
  });
});

describe('workerCount', () => {
  it('is one until one thread cannot hold the peak, at most one a core', () => {
    const count = (workers: 'auto' | number, ...phases: Scenario['load']['phases']) =>
      workerCount(scenarioOf({ load: { workers, phases } }), 4);
    expect(count('auto', open('a', 100, 1000))).toBe(1);
    expect(count('auto', open('a', 8000, 1000))).toBe(1);
    expect(count('auto', ramp('a', 10, 8001, 1000))).toBe(2);
    expect(count('auto', open('a', 100_000, 1000))).toBe(4);
    expect(count('auto', closed('a', 5000, 0, 1000))).toBe(1);
    expect(count(7, open('a', 1, 1000))).toBe(7);
  });

  it('counts the calls of journeys', () => {
    const steps = Array.from({ length: 4 }, () => ({ tool: 'echo', arguments: {}, save: {} }));
    const journey = { type: 'journey', journey: 'j', weight: 1, steps } as const;
    expect(workerCount(scenarioOf({ calls: [journey], load: { workers: 'auto', phases: [open('a', 4001, 1000)] } }), 8)).toBe(3);
  });
});
