import { describe, expect, it } from 'vitest';
import { closed, open, ramp, scenarioOf } from './scenario-of.js';
import { driveVirtually } from './virtual-drive.js';

const fast = () => ({ afterMs: 5 });
const offeredBySecond = (seconds: ReturnType<typeof driveVirtually>['seconds']) =>
  seconds.map(({ cells }) => cells.reduce((sum, { offered }) => sum + (offered ?? 0), 0));

describe('Generator, open model', () => {
  it('starts each call when it is due, and counts it in the second in which it was due', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 50, 10_000)] } });
    const drive = driveVirtually(scenario, fast);
    expect(drive.totals).toMatchObject({ offered: 500, started: 500, ok: 500, bytesSent: 50_000, bytesReceived: 25_000 });
    drive.calls.forEach(({ atMs }, i) => {
      expect(atMs - i * 20).toBeGreaterThanOrEqual(0);
      expect(atMs - i * 20).toBeLessThan(0.03);
    });
    expect(offeredBySecond(drive.seconds)).toEqual([...Array.from({ length: 10 }, () => 50), 0].slice(0, drive.seconds.length));
    expect(drive.response.percentile(0.5)).toBeGreaterThanOrEqual(5000);
    expect(drive.response.maxUs).toBeLessThan(5100);
    expect(drive.end.endedS).toBeGreaterThanOrEqual(10);
    expect(drive.end.endedS).toBeLessThan(10.05);
  });

  it('counts the time in flight: rate x latency (Little)', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 50, 10_000)] } });
    const { seconds } = driveVirtually(scenario, () => ({ afterMs: 400 }));
    for (const { inFlight } of seconds.slice(1, 10)) expect(inFlight).toBeCloseTo(20, 0);
    expect(seconds[0]?.inFlight).toBeCloseTo(20 * 0.8, 0);
  });

  it('follows ramps and phases, and stops at the end of the last', () => {
    const phases = [open('a', 10, 2000, { warmUp: true }), ramp('b', 10, 30, 4000), open('c', 100, 500)];
    const drive = driveVirtually(scenarioOf({ load: { phases } }), fast);
    expect([...drive.bySegment.values()].map(({ offered }) => offered)).toEqual([20, 80, 50]);
    expect(drive.calls.at(-1)?.atMs).toBeLessThan(6500);
  });

  it('reads a server frozen for 2 s at its true length: calls due in the freeze count from their due time', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 50, 10_000)], maxInFlight: 200 } });
    // Frozen from 4 s to 6 s: whatever arrives then is answered at 6 s.
    const serve = ({ atMs }: { atMs: number }) => ({ afterMs: atMs >= 4000 && atMs < 6000 ? 6000 - atMs : 1 });
    const drive = driveVirtually(scenario, serve);
    expect(drive.totals).toMatchObject({ offered: 500, ok: 500 });
    // One call in five waits, from 2 s down to 0: the 90th percentile is in the middle of them.
    expect((drive.response.percentile(0.9) ?? 0) / 1e6).toBeCloseTo(1.0, 1);
    expect((drive.response.maxUs ?? 0) / 1e6).toBeCloseTo(2.0, 1);
    expect(drive.lateness.maxUs).toBeLessThan(100);
  });

  it('reads a freeze the same when the slots run out: the calls that found none are dropped, by the server', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 50, 10_000)], maxInFlight: 20 } });
    const serve = ({ atMs }: { atMs: number }) => ({ afterMs: atMs >= 4000 && atMs < 6000 ? 6000 - atMs : 1 });
    const drive = driveVirtually(scenario, serve);
    expect(drive.totals).toMatchObject({ offered: 500, started: 420, ok: 420, dropped: 80, droppedByGenerator: 0 });
  });

  it('catches up after its own stall, and says how late it was', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 100, 5000)] } });
    const drive = driveVirtually(scenario, fast, { script: ({ stall }) => stall(2000, 500) });
    expect(drive.totals).toMatchObject({ offered: 500, started: 500, ok: 500 });
    expect((drive.lateness.maxUs ?? 0) / 1000).toBeCloseTo(500, -1);
    // Response time has the lateness in it, service time has not.
    expect(drive.response.maxUs).toBeGreaterThan(480_000);
    expect(drive.service.maxUs).toBeLessThan(6000);
    expect(offeredBySecond(drive.seconds).slice(0, 5)).toEqual([100, 100, 100, 100, 100]);
  });

  it('gives up starts more than a second late as its own doing', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 100, 5000)], maxInFlight: 1000 } });
    const drive = driveVirtually(scenario, fast, { script: ({ stall }) => stall(2000, 1500) });
    expect(drive.totals.offered).toBe(500);
    expect(drive.totals.dropped).toBe(0);
    expect(drive.totals.droppedByGenerator).toBeGreaterThanOrEqual(49);
    expect(drive.totals.droppedByGenerator).toBeLessThanOrEqual(51);
    expect(offeredBySecond(drive.seconds).slice(0, 5)).toEqual([100, 100, 100, 100, 100]);
  });

  it('blames itself for slots that its own late starts filled, and the server for those it held before', () => {
    const own = scenarioOf({ load: { phases: [open('steady', 100, 5000)], maxInFlight: 10 } });
    const late = driveVirtually(own, fast, { script: ({ stall }) => stall(2000, 500) });
    // Those due in the last 10 ms of the stall were started on time.
    expect(late.totals.dropped).toBeLessThanOrEqual(2);
    expect(late.totals.droppedByGenerator).toBeGreaterThan(20);
    // The slots are held by the server since 1.1 s; the stall changes nothing about that.
    const held = driveVirtually(own, ({ atMs }) => ({ afterMs: atMs >= 1000 ? 3000 : 5 }), {
      script: ({ stall }) => stall(2000, 500),
    });
    expect(held.totals.droppedByGenerator).toBe(0);
    expect(held.totals.dropped).toBeGreaterThan(250);
  });

  it('is the same load whoever shares it', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 200, 3000)], arrivals: 'poisson', seed: 3 } });
    const due = (drive: ReturnType<typeof driveVirtually>) => drive.calls.map(({ atMs }) => Math.round(atMs));
    const whole = driveVirtually(scenario, fast);
    const parts = [0, 1, 2].map((index) => driveVirtually(scenario, fast, { share: { index, count: 3 } }));
    expect(parts.reduce((sum, { totals }) => sum + totals.offered, 0)).toBe(whole.totals.offered);
    const apart = parts.flatMap(due).sort((a, b) => a - b);
    due(whole).forEach((atMs, i) => {
      expect(Math.abs(atMs - (apart[i] ?? 0))).toBeLessThanOrEqual(1);
    });
  });
});

describe('Generator, ends', () => {
  it('waits for answers in the drain, and takes back on the wire what is unanswered after it', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 10, 1000)], drainMs: 2000, timeoutMs: 60_000 } });
    const drive = driveVirtually(scenario, ({ atMs }) => ({ afterMs: atMs < 500 ? 1500 : 60_000 }));
    expect(drive.totals).toMatchObject({ offered: 10, ok: 5, unfinished: 5, failed: 0 });
    expect(drive.calls.filter(({ cancelled }) => cancelled === 'unfinished')).toHaveLength(5);
    expect(drive.end.endedS).toBeCloseTo(3, 1);
  });

  it('ends as soon as nothing is in flight', () => {
    const drive = driveVirtually(scenarioOf({ load: { drainMs: 60_000 } }), () => ({ afterMs: 700 }));
    expect(drive.end.endedS).toBeCloseTo(1.6, 1);
  });

  it('counts calls that the driver never hands back', () => {
    const drive = driveVirtually(scenarioOf({ load: { drainMs: 1000 } }), () => ({ afterMs: 1 }), {
      script: ({ driver }) => {
        driver.stuck = true;
      },
    });
    expect(drive.totals).toMatchObject({ offered: 10, unfinished: 10 });
    expect(drive.end.warnings).toEqual({ 'calls-not-handed-back': 10 });
    expect(drive.end.endedS).toBeCloseTo(4, 1);
  });

  it('stops: no further start, what is in flight is drained', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 10, 60_000)] } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 500 }), { script: ({ at }) => at(2050, (g) => g.stop('drain')) });
    expect(drive.totals).toMatchObject({ offered: 21, ok: 21, unfinished: 0 });
    expect(drive.end.endedS).toBeCloseTo(2.5, 1);
  });

  it('stops at once: what is in flight is taken back', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 10, 60_000)] } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 500 }), {
      script: ({ at }) => {
        at(2050, (g) => g.stop('drain'));
        at(2100, (g) => g.stop('at once'));
      },
    });
    expect(drive.totals).toMatchObject({ offered: 21, ok: 17, unfinished: 4 });
    expect(drive.end.endedS).toBeCloseTo(2.1, 1);
  });

  it('bounds the drain of a stop by the drain of the scenario', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 10, 60_000)], drainMs: 1000, timeoutMs: 60_000 } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 30_000 }), { script: ({ at }) => at(2050, (g) => g.stop('drain')) });
    expect(drive.totals).toMatchObject({ offered: 21, unfinished: 21 });
    expect(drive.end.endedS).toBeCloseTo(3.05, 1);
  });
});

describe('Generator, closed model', () => {
  it('has as many calls as users x time / (answer + think), each due when its user was ready', () => {
    const scenario = scenarioOf({ load: { phases: [closed('agents', 10, 900, 10_000)] } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 100 }));
    // Each user calls once a second; they come in spread over the think time.
    expect(drive.totals).toMatchObject({ offered: 100, ok: 100 });
    expect(drive.response.maxUs).toBeLessThan(100_200);
    expect(drive.calls.slice(0, 10).map(({ atMs }) => Math.round(atMs))).toEqual([0, 90, 180, 270, 360, 450, 540, 630, 720, 810]);
  });

  it('keeps every slot busy without think time, and ends with the phase', () => {
    const scenario = scenarioOf({ load: { phases: [closed('busy', 4, 0, 1000), open('after', 10, 1000)] } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 10 }));
    const [busy, after] = [...drive.bySegment.values()];
    expect(busy?.offered).toBe(400);
    expect(after?.offered).toBe(10);
    expect(drive.seconds[0]?.inFlight).toBeCloseTo(4, 1);
  });

  it('divides its users among workers, and numbers their arrivals apart from each other and from the open ones', () => {
    const scenario = scenarioOf({
      load: { phases: [open('first', 10, 1000), closed('agents', 5, 500, 2000)] },
      calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: { seq: '{{ seq }}' } }],
    });
    const parts = [0, 1].map((index) => driveVirtually(scenario, fast, { share: { index, count: 2 } }));
    const seqs = parts.flatMap(({ calls }) =>
      calls.map(({ argumentsJson }) => (JSON.parse(argumentsJson) as { seq: number }).seq),
    );
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs.filter((seq) => seq < 10)).toHaveLength(10);
    expect(parts.map(({ bySegment }) => bySegment.get(1)?.offered)).toEqual([3 * 4, 2 * 4]);
  });

  it('does not spin when users find no slot or no server', () => {
    const scenario = scenarioOf({ load: { phases: [closed('many', 20, 0, 1000)], maxInFlight: 10 } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 50 }));
    expect(drive.totals.dropped).toBeGreaterThan(50);
    expect(drive.totals.dropped).toBeLessThanOrEqual(110);
    const refused = scenarioOf({ load: { phases: [closed('many', 2, 0, 1000)] } });
    const none = driveVirtually(refused, () => ({ afterMs: 0, outcome: 'connect-failed' }));
    expect(none.totals.failed).toBeGreaterThan(150);
    expect(none.totals.failed).toBeLessThanOrEqual(202);
  });
});
