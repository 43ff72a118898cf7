import { describe, expect, it } from 'vitest';
import { CellTable } from '../../../src/load/cell-table.js';
import { closed, open, scenarioOf } from '../scenario-of.js';
import { driveVirtually } from '../virtual-drive.js';

type Drive = ReturnType<typeof driveVirtually>;
const slowOf = ({ seconds }: Drive) => seconds.flatMap(({ slow = [] }) => slow);
const moreOf = ({ seconds }: Drive) => seconds.reduce((sum, { slowMore = 0 }) => sum + slowMore, 0);

describe('slow calls', () => {
  it('are the successes above the limit, each with cell, due time, response time and lateness', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 50, 4000)], maxInFlight: 500 } });
    let started = 0;
    const drive = driveVirtually(scenario, () => ({ afterMs: started++ % 10 === 3 ? 150 : 90 }), {
      keepAboveUs: 100_000,
      script: ({ stall }) => stall(2055, 50),
    });
    const slow = slowOf(drive);
    const usual = slow.filter(([, dueMs]) => Math.round(dueMs / 20) % 10 === 3);
    expect(usual).toHaveLength(20);
    for (const [cell, dueMs, responseUs, latenessUs, outcome] of usual) {
      expect(cell).toBe(0);
      expect(dueMs % 20).toBe(0);
      expect(responseUs).toBeGreaterThanOrEqual(150_000);
      expect(responseUs - latenessUs).toBeLessThan(200_100);
      expect(outcome).toBeUndefined();
    }
    // Those that were due in the stall were late, and slow because of it; those due before it were read late.
    const late = slow.filter(([, , , latenessUs]) => latenessUs > 10_000);
    expect(late.map(([, dueMs]) => dueMs)).toEqual(expect.arrayContaining([2080]));
    expect(slow.length - usual.length).toBeGreaterThan(0);
    expect(moreOf(drive)).toBe(0);
    // Each one in the second of its end.
    for (const { t, slow: told = [] } of drive.seconds)
      for (const [, dueMs, responseUs] of told) expect(Math.floor((dueMs + responseUs / 1000 - 0.001) / 1000)).toBe(t);
  });

  it('are all failures and dropped starts too, even where no latency is limited', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 50, 2000)], maxInFlight: 10, timeoutMs: 300 } });
    const drive = driveVirtually(
      scenario,
      ({ atMs }) => (atMs < 500 ? { afterMs: 30, outcome: 'server-error' as const } : { afterMs: atMs < 1000 ? 400 : 30 }),
      { script: ({ stall }) => stall(1500, 1200) },
    );
    const byOutcome = new Map<string, number>();
    for (const [, , , , outcome = 'ok'] of slowOf(drive)) byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1);
    const { totals, errors } = drive;
    expect(Object.fromEntries(byOutcome)).toEqual({
      'server-error': errors['server-error'],
      timeout: errors.timeout,
      dropped: totals.dropped,
      'dropped-by-generator': totals.droppedByGenerator,
    });
    expect(Math.min(totals.dropped, totals.droppedByGenerator)).toBeGreaterThan(0);
    for (const [, dueMs, responseUs, latenessUs] of slowOf(drive).filter(
      ([, , , , outcome]) => outcome === 'dropped-by-generator',
    )) {
      expect(responseUs).toBe(0);
      expect(dueMs + latenessUs / 1000).toBeGreaterThanOrEqual(2700);
    }
  });

  it('are not those that the scenario took back, nor those of a warm-up', () => {
    const taken = scenarioOf({
      calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: {}, cancel: { afterMs: 50, share: 1 } }],
    });
    const drive = driveVirtually(taken, () => ({ afterMs: 500 }), { keepAboveUs: 0 });
    expect(drive.totals.cancelled).toBe(10);
    expect(slowOf(drive)).toEqual([]);
    const warm = scenarioOf({ load: { phases: [open('a', 50, 1000, { warmUp: true }), open('b', 50, 1000)] } });
    expect(slowOf(driveVirtually(warm, () => ({ afterMs: 5 }), { keepAboveUs: 0 }))).toHaveLength(50);
  });

  it('have the cell of the edge where a fault overtook them', () => {
    const scenario = scenarioOf({
      load: { phases: [open('steady', 10, 8000)], timeoutMs: 2000 },
      faults: [{ dependency: 'pg', inject: 'slow', with: {}, atMs: 4000, forMs: 2000 }],
      recovery: { withinMs: 1000 },
    });
    const drive = driveVirtually(scenario, ({ atMs }) => ({ afterMs: atMs > 3450 && atMs < 6000 ? 1000 : 5 }), {
      keepAboveUs: 500_000,
    });
    const table = new CellTable(['echo'], ['http://a']);
    const edge = drive.timeline.find(({ kind }) => kind === 'edge')?.id;
    const inEdge = slowOf(drive).filter(([cell]) => table.entry(cell).segment === edge);
    expect(inEdge.map(([, dueMs]) => dueMs)).toEqual([3500, 3600, 3700, 3800, 3900]);
    expect(slowOf(drive)).toHaveLength(25);
  });

  it('are at most 500 a second over all threads, and the others are counted', () => {
    const scenario = scenarioOf({ load: { phases: [closed('users', 60, 0, 2000)], maxInFlight: 1000 } });
    const one = driveVirtually(scenario, () => ({ afterMs: 20 }), { keepAboveUs: 10_000 });
    for (const { slow = [] } of one.seconds) expect(slow.length).toBeLessThanOrEqual(500);
    expect(one.seconds[0]?.slow).toHaveLength(500);
    expect(slowOf(one).length + moreOf(one)).toBe(one.totals.ok);
    const share = driveVirtually(scenario, () => ({ afterMs: 20 }), { keepAboveUs: 10_000, share: { index: 1, count: 3 } });
    expect(share.seconds[0]?.slow).toHaveLength(166);
    expect(slowOf(share).length + moreOf(share)).toBe(share.totals.ok);
  });
});

describe('calls in flight at instants', () => {
  it('are the same instants whoever shares the load, and sum to the mean of each second', () => {
    const scenario = scenarioOf({
      load: { phases: [open('steady', 200, 3000)], arrivals: 'poisson', seed: 3, maxInFlight: 900 },
    });
    const parts = [0, 1].map((index) =>
      driveVirtually(scenario, () => ({ afterMs: 77 }), { share: { index, count: 2 }, script: ({ stall }) => stall(800, 600) }),
    );
    for (const { seconds, end } of parts) {
      for (const { t, inFlight, generator } of seconds.slice(0, 3)) {
        expect(generator.inFlightAt, `second ${t}`).toHaveLength(100);
        const mean = (generator.inFlightAt ?? []).reduce((sum, count) => sum + count, 0) / 100;
        // The stall hands a second over late: what it held then is in the mean of another.
        if (t === 2) expect(Math.abs(mean - inFlight)).toBeLessThan(1);
      }
      const instants = seconds.flatMap(({ generator }) => generator.inFlightAt ?? []);
      expect(instants).toHaveLength(Math.ceil(end.endedS * 100));
      // Nothing moves in the stall.
      expect(new Set(instants.slice(82, 138)).size).toBe(1);
    }
  });
});
