import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { PlimsollError } from '../../../src/errors/plimsoll-error.js';
import { NO_SESSIONS } from '../../../src/journal/session-counts.js';
import { CellTable } from '../../../src/load/cell-table.js';
import { InFlight } from '../../../src/load/in-flight.js';
import { StartLoop } from '../../../src/load/start-loop.js';
import { LoadThread } from '../../../src/load/threads/load-thread.js';
import { ThreadHealth, threadCpuS } from '../../../src/load/threads/thread-health.js';
import type { ThreadReport } from '../../../src/load/threads/thread-messages.js';
import { TraceIds, traceIdOf } from '../../../src/load/trace-ids.js';
import { timelineOf } from '../../../src/scenario/plan/timeline.js';
import { FakeDriver } from '../fake-driver.js';
import { scenarioOf } from '../scenario-of.js';
import { VirtualClock } from '../virtual-clock.js';

function threadOn(clock: VirtualClock, startNs: bigint, originMs: number) {
  const reports: ThreadReport[] = [];
  const driver = new FakeDriver(clock, originMs, () => ({ afterMs: 1 }));
  const scenario = scenarioOf({
    data: { c: { order: 'sequential', source: 'rows', rows: [{ id: 1 }, { id: 2 }] } },
    calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: { id: '{{ c.id }}' } }],
  });
  const bornMs = clock.now();
  const thread = new LoadThread({
    birth: { worker: 0, data: scenario.data, driver: { target: scenario.target, classify: [], maxInFlight: 10 } },
    createDriver: () => driver,
    clock,
    monotonicNs: () => startNs + BigInt(Math.round((clock.now() - bornMs) * 1e6)),
    report: (report) => reports.push(report),
  });
  return { thread, driver, reports, scenario };
}

describe('LoadThread', () => {
  it('starts at the origin that all threads share, whatever its own clock reads', async () => {
    for (const ownMs of [100, 987_654.25]) {
      const clock = new VirtualClock(ownMs);
      const { thread, driver, reports, scenario } = threadOn(clock, 55_000_000_000n, ownMs + 300);
      await thread.obey({ type: 'open', sessions: 1 });
      const { data: _, ...lean } = scenario;
      const share = { index: 0, count: 1 };
      await thread.obey({ type: 'drive', scenario: lean, timeline: timelineOf(scenario), share, originNs: 55_300_000_000n });
      clock.run(() => reports.at(-1)?.type === 'ended');
      expect(driver.calls).toHaveLength(10);
      expect(driver.calls[0]?.atMs).toBeGreaterThanOrEqual(0);
      expect(driver.calls[0]?.atMs).toBeLessThan(0.1);
      // The data came with the birth.
      expect(driver.calls.slice(0, 3).map(({ argumentsJson }) => argumentsJson)).toEqual(['{"id":1}', '{"id":2}', '{"id":1}']);
      expect(reports[0]).toMatchObject({ type: 'opened', endpoints: [{ endpoint: 'http://a' }] });
    }
  });

  it('reports why an order failed, with the exit code it stands for', async () => {
    const { thread, driver, reports, scenario } = threadOn(new VirtualClock(), 0n, 0);
    await thread.obey({ type: 'drive', scenario, timeline: [], share: { index: 0, count: 1 }, originNs: 0n });
    expect(reports[0]).toMatchObject({ type: 'failed', exitCode: EXIT.internalError });
    driver.open = () => Promise.reject(new PlimsollError('nobody there', EXIT.target, { hint: 'start it' }));
    await thread.obey({ type: 'open', sessions: 1 });
    expect(reports[1]).toEqual({ type: 'failed', message: 'nobody there', exitCode: 6, hint: 'start it' });
  });
});

const unwatched = { awaiting: () => false, onGap: () => {} };

describe('StartLoop', () => {
  it('sleeps by timer while nothing is due, and holds a start to microseconds', () => {
    const clock = new VirtualClock();
    let naps = 0;
    const nap = clock.microSleep.bind(clock);
    clock.microSleep = (forMs) => {
      expect(forMs).toBeLessThanOrEqual(0.02);
      naps += 1;
      nap(forMs);
    };
    const firstMs = clock.now();
    const late: number[] = [];
    let next = 1;
    const loop = new StartLoop(
      clock,
      (nowMs) => {
        while (next <= 10 && firstMs + next * 100 <= nowMs) {
          late.push(nowMs - (firstMs + next * 100));
          next += 1;
        }
        return next <= 10 ? firstMs + next * 100 : Number.POSITIVE_INFINITY;
      },
      unwatched,
    );
    loop.start();
    clock.run(() => late.length === 10);
    expect(Math.max(...late)).toBeLessThan(0.03);
    // 2 ms of short sleeps before each start, not 100.
    expect(naps).toBeLessThanOrEqual(10 * 150);
    loop.stop();
  });

  it('wakes for what became due earlier than it slept for', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    let dueMs = clock.now() + 900;
    const firstMs = clock.now();
    const loop = new StartLoop(
      clock,
      (nowMs) => {
        if (nowMs >= dueMs) {
          seen.push(Math.round(nowMs - firstMs));
          dueMs = Number.POSITIVE_INFINITY;
        }
        return dueMs;
      },
      unwatched,
    );
    loop.start();
    clock.at(firstMs + 100, () => {
      dueMs = firstMs + 200;
      loop.wakeBy(dueMs);
    });
    clock.run(() => seen.length > 0);
    expect(seen).toEqual([200]);
  });
});

describe('InFlight', () => {
  it('weighs its mean by time and knows since when it is full', () => {
    const slots = new InFlight<{ slot: number }>(2);
    const [a, b] = [{ slot: -1 }, { slot: -1 }];
    slots.add(a, 100);
    expect(slots.fullSinceMs).toBe(Number.POSITIVE_INFINITY);
    slots.add(b, 300);
    expect([slots.full, slots.fullSinceMs]).toEqual([true, 300]);
    slots.remove(a, 500);
    expect([slots.full, slots.count, b.slot]).toEqual([false, 1, 0]);
    expect(slots.takeMean(1000)).toBeCloseTo((200 * 1 + 200 * 2 + 500 * 1) / 1000, 9);
    slots.remove(b, 1500);
    expect(slots.takeMean(2000)).toBeCloseTo(0.5, 9);
  });

  it('tells how many were held at each instant of a grid of 10 ms, also where it is asked late', () => {
    const slots = new InFlight<{ slot: number }>(5);
    const [a, b] = [{ slot: -1 }, { slot: -1 }];
    slots.add(a, 5);
    slots.add(b, 20);
    slots.remove(a, 31);
    // What happens at an instant counts for it, and what was due in a second may come after its end.
    slots.remove(b, 1035);
    expect(slots.takeGrid(50)).toEqual([0, 1, 2, 2, 1]);
    expect(slots.takeGrid(1000)).toEqual(Array.from({ length: 95 }, () => 1));
    expect(slots.takeGrid(1050)).toEqual([1, 1, 1, 1, 0]);
    expect(slots.takeGrid(1050)).toEqual([]);
    expect(slots.takeGrid(1054)).toEqual([0]);
    expect(slots.takeGrid(1070)).toEqual([0]);
  });
});

describe('CellTable', () => {
  it('numbers each cell of tool, endpoint and segment apart, and reads its numbers back', () => {
    const table = new CellTable(['a', 'b', 'c'], ['x', 'y']);
    const ids = new Set<number>();
    for (let segment = 0; segment < 4; segment++) {
      for (const [endpoint, endpointName] of ['x', 'y'].entries()) {
        for (const [tool, toolName] of ['a', 'b', 'c'].entries()) {
          const id = table.idOf(tool, endpoint, segment);
          ids.add(id);
          expect(table.entry(id)).toEqual({ type: 'cell', id, tool: toolName, endpoint: endpointName, segment });
        }
      }
    }
    expect(ids.size).toBe(24);
  });
});

describe('TraceIds', () => {
  it('makes well-formed trace contexts, each another', () => {
    const ids = new TraceIds();
    const made = Array.from({ length: 70_000 }, () => ids.next());
    expect(new Set(made.map(traceIdOf)).size).toBe(70_000);
    for (const id of made.slice(0, 100)) expect(id).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(new TraceIds().next().slice(0, 27)).not.toBe(new TraceIds().next().slice(0, 27));
  });
});

describe('ThreadHealth', () => {
  it('reads the CPU time of its own thread as differences', () => {
    const before = threadCpuS();
    const health = new ThreadHealth(() => ({
      connectionsOpened: 3,
      connectionsReused: 5,
      sessions: NO_SESSIONS,
      warnings: {},
    }));
    const untilMs = performance.now() + 60;
    let sum = 0;
    while (performance.now() < untilMs) sum += Math.sqrt(sum + 1);
    const reading = health.read();
    expect(reading).toMatchObject({ connectionsOpened: 0, connectionsReused: 0 });
    if (before === undefined) expect(reading.cpuS).toBeUndefined();
    else {
      expect(reading.cpuS).toBeGreaterThan(0);
      // CPU time never passes wall time.
      expect(reading.cpuS).toBeLessThanOrEqual(10);
    }
  });
});
