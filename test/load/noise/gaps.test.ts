import { describe, expect, it } from 'vitest';
import { GapKeeper } from '../../../src/load/noise/gap-keeper.js';
import { StartLoop } from '../../../src/load/start-loop.js';
import { closed, open, scenarioOf } from '../scenario-of.js';
import { VirtualClock } from '../virtual-clock.js';
import { driveVirtually } from '../virtual-drive.js';

type Drive = ReturnType<typeof driveVirtually>;
const gapsOf = ({ seconds }: Drive) => seconds.flatMap(({ t, generator }) => (generator.gaps ?? []).map((gap) => [t, ...gap]));

describe('reading gaps', () => {
  it('are none while the thread runs, whether it waits for a start, an answer or nothing', () => {
    const busy = scenarioOf({ load: { phases: [open('steady', 300, 3000)] } });
    expect(gapsOf(driveVirtually(busy, () => ({ afterMs: 37 })))).toEqual([]);
    const idle = scenarioOf({ load: { phases: [open('steady', 0.5, 10_000)] } });
    expect(gapsOf(driveVirtually(idle, () => ({ afterMs: 5 })))).toEqual([]);
  });

  it('are booked where a stall lay, at most the distance of two turns short of its start', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 20, 5000)] } });
    const stalls: [number, number][] = [
      [513, 80],
      [2222, 8],
      [3300.5, 250],
    ];
    const drive = driveVirtually(scenario, () => ({ afterMs: 40 }), {
      script: ({ stall }) => {
        for (const [atMs, forMs] of stalls) stall(atMs, forMs);
      },
    });
    const gaps = gapsOf(drive);
    // A short stall may fall between two turns of an otherwise sleeping loop; the long ones never do.
    expect(gaps.length).toBeGreaterThanOrEqual(2);
    for (const [, startMs, lengthMs] of gaps as [number, number, number][]) {
      const stall = stalls.find(([atMs, forMs]) => startMs >= atMs && startMs + lengthMs <= atMs + forMs + 0.1);
      expect(stall, `${startMs} ${lengthMs}`).toBeDefined();
      expect(startMs - (stall?.[0] ?? 0)).toBeLessThanOrEqual(11);
      expect((stall?.[0] ?? 0) + (stall?.[1] ?? 0) - startMs - lengthMs).toBeLessThan(0.1);
    }
  });

  it('stand once, with start and length, in the second in which they ended, however many they lasted', () => {
    const scenario = scenarioOf({ load: { phases: [open('steady', 100, 8000)] } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 5 }), { script: ({ stall }) => stall(1950, 3400) });
    const [first, ...others] = gapsOf(drive);
    expect(first?.[0]).toBe(5);
    expect(first?.[1]).toBeGreaterThanOrEqual(1950);
    expect(first?.[1]).toBeLessThanOrEqual(1961);
    expect((first?.[1] ?? 0) + (first?.[2] ?? 0)).toBeCloseTo(5350, 0);
    expect(others).toEqual([]);
  });

  it('see answers that take the thread for longer than a millisecond as the late turn behind them', () => {
    const clock = new VirtualClock(0);
    const gaps: (readonly [number, number])[] = [];
    let turns = 0;
    const loop = new StartLoop(
      clock,
      () => {
        turns += 1;
        return clock.now();
      },
      { awaiting: () => true, onGap: (startMs, endMs) => gaps.push([startMs, endMs]) },
    );
    loop.start();
    clock.stall(5, 0.9);
    clock.stall(10, 4);
    clock.run(() => clock.now() > 20);
    expect(turns).toBeGreaterThan(100);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.[0]).toBeCloseTo(10, 1);
    expect(gaps[0]?.[1]).toBeCloseTo(14, 1);
  });

  it('see a turn of our own that is long, and leave out the sleep before a start', () => {
    const clock = new VirtualClock(0);
    const gaps: (readonly [number, number])[] = [];
    let nextMs = 50;
    const loop = new StartLoop(
      clock,
      (nowMs) => {
        if (nowMs < nextMs) return nextMs;
        if (nextMs === 150) clock.microSleep(7);
        nextMs += 50;
        return nextMs;
      },
      { awaiting: () => true, onGap: (startMs, endMs) => gaps.push([startMs, endMs]) },
    );
    loop.start();
    clock.run(() => nextMs > 400);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.[0]).toBeCloseTo(150, 1);
    expect(gaps[0]?.[1]).toBeCloseTo(157, 1);
  });

  it('are looked for every 10 ms while answers are awaited, and not while none is', () => {
    const turnsOf = (awaiting: boolean): number => {
      const clock = new VirtualClock(0);
      let turns = 0;
      const loop = new StartLoop(
        clock,
        () => {
          turns += 1;
          return 10_000;
        },
        { awaiting: () => awaiting, onGap: () => {} },
      );
      loop.start();
      clock.at(5000, () => {});
      clock.run(() => clock.now() >= 5000);
      return turns;
    };
    expect(turnsOf(true)).toBeGreaterThanOrEqual(495);
    expect(turnsOf(true)).toBeLessThanOrEqual(510);
    expect(turnsOf(false)).toBeLessThanOrEqual(6);
  });

  it('are owed where something became due in them, and not where the loop only looked around', () => {
    const clock = new VirtualClock(0);
    const gaps: (readonly [number, boolean])[] = [];
    const loop = new StartLoop(clock, (nowMs) => (nowMs < 500 ? 500 : 2000), {
      awaiting: () => true,
      onGap: (startMs, _, owed) => gaps.push([Math.round(startMs), owed]),
    });
    loop.start();
    clock.stall(200, 40);
    clock.stall(480, 60);
    clock.stall(900, 30);
    clock.run(() => clock.now() > 1000);
    expect(gaps.map(([, owed]) => owed)).toEqual([false, true, false]);
  });

  it('have what the thread waited for a core while an answer was read late and the timer was on time', () => {
    const gapsWith = (wait: readonly [atMs: number, forMs: number]): readonly (readonly [number, number])[] => {
      const clock = new VirtualClock(0);
      const gaps: (readonly [number, number])[] = [];
      let waited = 0;
      const loop = new StartLoop(clock, () => 10_000, {
        awaiting: () => true,
        onGap: (startMs, endMs) => gaps.push([startMs, endMs]),
        waitedMs: () => waited,
      });
      loop.start();
      // Woken by an answer, and kept waiting.
      clock.at(wait[0], () => {
        waited += wait[1];
        clock.microSleep(wait[1]);
      });
      clock.run(() => clock.now() > 100);
      return gaps;
    };
    // Turns are at 0, 10, 20 ms and so on: 6 ms from 52 on are over before the next.
    const [inside, ...others] = gapsWith([52, 6]);
    expect(others).toEqual([]);
    expect(inside?.[0]).toBeCloseTo(50, 1);
    expect((inside?.[1] ?? 0) - (inside?.[0] ?? 0)).toBeCloseTo(6, 1);
    // Of 6 ms from 57 on, 2 are behind the grain of the timer at 60, and are told as its lateness.
    const both = gapsWith([57, 6]);
    expect(both).toHaveLength(2);
    expect(both[1]?.[0]).toBeCloseTo(61, 1);
    expect(both.reduce((sum, [startMs, endMs]) => sum + endMs - startMs, 0)).toBeCloseTo(6, 1);
    // What every wake-up costs is nothing to tell.
    expect(gapsWith([52, 0.8])).toEqual([]);
  });

  it('cost no question to the system for each of many short sleeps', () => {
    const clock = new VirtualClock(0);
    let asked = 0;
    const loop = new StartLoop(clock, () => 10_000, {
      awaiting: () => true,
      onGap: () => {},
      waitedMs: () => {
        asked++;
        return 0;
      },
    });
    loop.start();
    // Woken by an answer every tenth of a millisecond, and asleep again.
    for (let at = 1; at <= 500; at++) clock.at(at / 10, () => loop.wakeBy(at / 10));
    clock.run(() => clock.now() > 50);
    expect(asked).toBeGreaterThan(20);
    // Once a millisecond, and once when a timer rings.
    expect(asked).toBeLessThan(60);
  });

  it('are those of closed users too, whose calls start one another', () => {
    const scenario = scenarioOf({ load: { phases: [closed('users', 5, 0, 3000)] } });
    const drive = driveVirtually(scenario, () => ({ afterMs: 20 }), { script: ({ stall }) => stall(1500, 300) });
    const gaps = gapsOf(drive);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.[1]).toBeGreaterThanOrEqual(1500);
    expect(gaps[0]?.[1]).toBeLessThanOrEqual(1511);
  });
});

describe('GapKeeper', () => {
  it('joins what adjoins, cuts what was before the first phase, and keeps what has not ended', () => {
    const keeper = new GapKeeper();
    keeper.add(-150, -20, true);
    keeper.add(-10, 5, true);
    keeper.add(5.05, 8, true);
    keeper.add(20, 23.456, true);
    keeper.add(900, 1200, true);
    expect(keeper.take(1000)).toEqual([
      [0, 8],
      [20, 3.46],
    ]);
    keeper.add(1200, 1201, true);
    expect(keeper.take(2000)).toEqual([[900, 301]]);
    expect(keeper.take(3000)).toEqual([]);
  });

  it('says of a gap in which nothing was to be done that it is one, unless it joins another', () => {
    const keeper = new GapKeeper();
    keeper.add(10, 12, false);
    keeper.add(20, 22, false);
    keeper.add(22.05, 25, true);
    expect(keeper.take(100)).toEqual([
      [10, 2, 0],
      [20, 5],
    ]);
  });
});
