import { describe, expect, it } from 'vitest';
import { QuietWatch } from '../../../src/run/quiet/quiet-watch.js';
import type { MachineReading } from '../../../src/signals/machine-reading.js';

/** A machine of two cores on which a hog uses all of one core until a time; the clock goes on only while somebody waits. */
function machine(busyUntilMs: number, onSleep: (nowMs: number) => void = () => {}) {
  let now = 0;
  const reading = (): MachineReading => {
    const busyS = Math.min(now, busyUntilMs) / 1000;
    const totalS = (2 * now) / 1000;
    return {
      ticks: { total: totalS * 100, idle: (totalS - busyS) * 100, steal: 0 },
      cores: 2,
      processes: [{ pid: 9, parent: 1, group: 9, name: 'hog', cpuS: busyS, waitedCpuS: 0, threads: 1 }],
    };
  };
  return {
    read: reading,
    nowMs: () => now,
    sleep: async (ms: number) => {
      now += ms;
      onSleep(now);
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const never = new AbortController().signal;

const waited = async (watch: QuietWatch, limitMs: number, signal: AbortSignal = never) => {
  const said: string[] = [];
  const end = await watch.wait({ limitMs, ours: [], signal, say: (text) => void said.push(text) });
  return { ...end, said };
};

describe('the wait for quiet', () => {
  it('takes a second on a quiet machine, and nothing where the second has passed already', async () => {
    const parts = machine(0);
    const { state, text, said } = await waited(new QuietWatch(parts), 10_000);
    expect({ state, text, said, nowMs: parts.nowMs() }).toEqual({ state: 'quiet', text: undefined, said: [], nowMs: 1000 });

    const later = machine(0);
    const watch = new QuietWatch(later);
    later.pass(2000);
    await waited(watch, 10_000);
    expect(later.nowMs()).toBe(2000);
  });

  it('says who is busy, and ends as soon as a second was quiet', async () => {
    const parts = machine(4000);
    const { state, text, said } = await waited(new QuietWatch(parts), 10_000);
    expect(said).toEqual(['waiting for quiet, 10 s at most: other programs use 1 of 2 cores (hog 1)']);
    // The last second may hold a quarter of two cores: half a second of the hog.
    expect({ state, text, nowMs: parts.nowMs() }).toEqual({ state: 'quiet', text: 'quiet after 4.5 s', nowMs: 4500 });
  });

  it('goes on after the limit, and says so with what it saw last', async () => {
    const parts = machine(Number.POSITIVE_INFINITY);
    const { state, text } = await waited(new QuietWatch(parts), 3000);
    expect(parts.nowMs()).toBe(3000);
    expect({ state, text }).toEqual({
      state: 'noisy',
      text: 'the load began on a busy machine after 3 s of waiting for quiet: other programs use 1 of 2 cores (hog 1)',
    });
  });

  it('takes no account of what lies long back: an opening of a minute was busy, the last second was not', async () => {
    const parts = machine(58_000);
    const watch = new QuietWatch(parts);
    parts.pass(60_000);
    expect(await waited(watch, 10_000)).toMatchObject({ state: 'quiet', said: [] });
    expect(parts.nowMs()).toBe(61_000);
  });

  it('ends at once when the user asks for it', async () => {
    const stop = new AbortController();
    const parts = machine(Number.POSITIVE_INFINITY, (nowMs) => {
      if (nowMs >= 2000) stop.abort('interrupted');
    });
    expect((await waited(new QuietWatch(parts), 60_000, stop.signal)).state).toBe('stopped');
    expect(parts.nowMs()).toBe(2000);
  });

  it('says so where there is no /proc/stat', async () => {
    const parts = { ...machine(0), read: () => undefined };
    expect(await waited(new QuietWatch(parts), 10_000)).toMatchObject({
      state: 'unseen',
      text: expect.stringContaining('no /proc/stat'),
      said: [],
    });
    expect(parts.nowMs()).toBe(0);
  });
});
