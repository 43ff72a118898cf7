import { describe, expect, it } from 'vitest';
import type { DelayEntry, DelaySlot } from '../../../src/journal/delay-entry.js';
import type { DelayPlace } from '../../../src/signals/delay/delay-place.js';
import { DelaySampler } from '../../../src/signals/delay/delay-sampler.js';
import { FakeFiles } from './fake-files.js';

const PLACE: DelayPlace = {
  elsewhere: false,
  pids: () => [],
  trusted: false,
  ports: [],
  upstreamPorts: [],
  proxyPorts: [],
};

interface Bench {
  readonly files: FakeFiles;
  readonly entries: readonly DelayEntry[];
  readonly unseen: readonly string[];
  readonly sampler: DelaySampler;
  /** Readings 100 ms apart, each after `change` of what it reads. */
  sample(fromMs: number, toMs: number, change?: (atMs: number) => void): void;
  readonly slots: readonly DelaySlot[];
  readonly views: readonly string[];
}

function bench(place: Partial<DelayPlace>, prepare: (files: FakeFiles) => void = () => {}, platform = 'linux'): Bench {
  const files = new FakeFiles();
  files.setTicks({ busy: 0, idle: 0 });
  prepare(files);
  const entries: DelayEntry[] = [];
  const unseen: string[] = [];
  const sampler = new DelaySampler({
    place: { ...PLACE, ...place },
    files,
    platform,
    nowMs: () => 0,
    onEntry: (entry) => entries.push(entry),
    onUnseen: (text) => unseen.push(text),
  });
  return {
    files,
    entries,
    unseen,
    sampler,
    sample: (fromMs, toMs, change) => {
      for (let atMs = fromMs; atMs <= toMs; atMs += 100) {
        change?.(atMs);
        sampler.sample(atMs);
      }
    },
    get slots() {
      return entries.flatMap(({ slots }) => slots);
    },
    get views() {
      return entries.map(({ view }) => view);
    },
  };
}

const given = { pids: () => [10], trusted: true } satisfies Partial<DelayPlace>;

describe('the delay of a server by its machine', () => {
  it('is what its threads and those of its children waited, in slots, beside what all others used', () => {
    const bed = bench(given, ({ processes }) => {
      processes.set(10, { threads: { 10: [500, 100], 11: [20, 5] } });
      processes.set(12, { parent: 10, threads: { 12: [50, 50] } });
      // Another program, whose waiting is nobody's concern.
      processes.set(99, { threads: { 99: [0, 0] } });
    });
    bed.sample(-200, 2000, (atMs) => {
      const s = Math.max(0, atMs) / 1000;
      const waited = atMs <= 500 ? 0 : 30;
      bed.files.setTicks({ busy: Math.round(150 * s), idle: Math.round(50 * s) });
      // The first thread works 200 ms a second, the child 300 ms; both wait 30 ms in one slot.
      bed.files.processes.set(10, { threads: { 10: [500 + 200 * s, 100 + waited], 11: [20, 5] } });
      bed.files.processes.set(12, { parent: 10, threads: { 12: [50 + 300 * s, 50 + waited] } });
      bed.files.processes.set(99, { threads: { 99: [1000 * s, 1000 * s] } });
    });
    expect(bed.views).toEqual(['run-delay', 'run-delay']);
    expect(bed.entries.map(({ t }) => t)).toEqual([0, 1]);
    expect(bed.slots).toHaveLength(20);
    expect(bed.slots.map(([startMs, lengthMs]) => [startMs, lengthMs])).toEqual(
      Array.from({ length: 20 }, (_, i) => [100 * i, 100]),
    );
    expect(bed.slots.map(([, , waitedUs]) => waitedUs)).toEqual(Array.from({ length: 20 }, (_, i) => (i === 5 ? 60_000 : 0)));
    // 1.5 cores busy, half a core of it the server's.
    const others = bed.slots.map(([, , , othersUs]) => othersUs ?? Number.NaN);
    expect(others.reduce((sum, us) => sum + us, 0)).toBeCloseTo(2_000_000, -4);
    expect(bed.unseen).toEqual([]);
  });

  it('leaves out the tenth of a millisecond that a thread takes to wake on an idle core', () => {
    const bed = bench(given, ({ processes }) => processes.set(10, { threads: { 10: [0, 0, 0], 11: [0, 0, 0] } }));
    bed.sample(0, 1000, (atMs) => {
      const slots = Math.max(0, atMs) / 100;
      // In each slot the first wakes ten times and waits 1 ms in all, the second wakes twice and waits 5 ms.
      bed.files.processes.set(10, { threads: { 10: [slots, slots, 10 * slots], 11: [slots, 5 * slots, 2 * slots] } });
    });
    bed.sampler.rest();
    expect(bed.slots.length).toBeGreaterThan(5);
    for (const [, , waitedUs] of bed.slots) expect(waitedUs).toBe(4800);
  });

  it('counts a thread that began in between from its beginning, and a process that is new to it from then on', () => {
    const bed = bench({ ...given, ports: [] }, ({ processes }) => processes.set(10, { threads: { 10: [1, 1] } }));
    bed.sample(0, 1900, (atMs) => {
      if (atMs < 1000) return;
      bed.files.processes.set(10, { threads: { 10: [1, 1], 11: [3, 7] } });
      bed.files.processes.set(20, { parent: 10, threads: { 20: [900, atMs < 1500 ? 900 : 902] } });
    });
    bed.sampler.rest();
    expect(bed.slots.reduce((sum, [, , waitedUs]) => sum + (waitedUs ?? 0), 0)).toBe(9000);
  });

  it('says where it is not all told: the rest of a drive, and nothing of what was before it', () => {
    const bed = bench(given, ({ processes }) => processes.set(10, { threads: { 10: [1, 1] } }));
    bed.sample(-200, 250);
    expect(bed.entries).toEqual([]);
    bed.sampler.rest();
    expect(bed.slots.map(([startMs]) => startMs)).toEqual([0, 100]);
    bed.sampler.rest();
    expect(bed.entries).toHaveLength(1);
    expect(bed.files.held).toBe(1);
    bed.sampler.close();
    expect(bed.files.held).toBe(0);
  });

  it('has a longer slot where we ourselves did not run', () => {
    const bed = bench(given, ({ processes }) => processes.set(10, { threads: { 10: [1, 1] } }));
    bed.sample(0, 300);
    bed.sample(900, 1000);
    expect(bed.slots.map(([, lengthMs]) => lengthMs)).toEqual([100, 100, 100, 600, 100]);
  });

  it('counts stolen time and the throttling of a server that shares our limits as used by others, and no other throttling', () => {
    const throttled = (cgroup: string) => {
      const bed = bench(given, ({ processes, files }) => {
        processes.set(10, { threads: { 10: [1, 1] }, cgroup });
        files.set('/proc/self/cgroup', '0::/job\n');
        files.set('/sys/fs/cgroup/job/cpu.stat', 'throttled_usec 1000000\n');
      });
      bed.sample(0, 1000, (atMs) => {
        bed.files.files.set('/sys/fs/cgroup/job/cpu.stat', `throttled_usec ${1_000_000 + atMs * 100}\n`);
        bed.files.setTicks({ busy: 0, idle: atMs / 10, steal: atMs / 20 });
      });
      return bed.slots.reduce((sum, [, , , othersUs]) => sum + (othersUs ?? 0), 0);
    };
    // Half a core stolen; a tenth of the time throttled.
    expect(throttled('0::/other\n')).toBeCloseTo(500_000, -4);
    expect(throttled('0::/jobs\n')).toBeCloseTo(500_000, -4);
    expect(throttled('0::/job\n')).toBeCloseTo(600_000, -4);
    expect(throttled('0::/job/server\n')).toBeCloseTo(600_000, -4);
  });

  it('has no figure of others where /proc/stat is that of a container alone', () => {
    const bed = bench(given, ({ processes, files }) => {
      processes.set(10, { threads: { 10: [1, 1] } });
      files.set('/proc/self/mountinfo', '36 35 0:40 /proc/stat /proc/stat rw - fuse.lxcfs lxcfs rw\n');
    });
    bed.sample(0, 1000);
    expect(bed.slots.map(([, , waitedUs, othersUs]) => [waitedUs, othersUs])).toEqual(Array(10).fill([0, null]));
    expect(bed.views).toEqual(['run-delay']);
  });

  it('reads the processes of the machine once a second, and more seldom where that takes long', () => {
    const seen: number[] = [];
    const listed = (costMs: number): number => {
      const files = new FakeFiles();
      files.processes.set(10, { threads: { 10: [1, 1] } });
      let lists = 0;
      const names = files.names.bind(files);
      files.names = (folder) => {
        if (folder === '/proc') lists += 1;
        return names(folder);
      };
      let now = 0;
      const nowMs = (): number => {
        now += costMs;
        return now;
      };
      const sampler = new DelaySampler({
        place: { ...PLACE, ...given },
        files,
        platform: 'linux',
        nowMs,
        onEntry: () => {},
        onUnseen: () => {},
      });
      for (let atMs = 0; atMs < 10_000; atMs += 100) sampler.sample(atMs);
      return lists;
    };
    seen.push(listed(1), listed(50));
    expect(seen).toEqual([10, 2]);
  });
});

describe('a server whose processes are looked for', () => {
  const listener = (files: FakeFiles, pid: number, port: number, more: object = {}): void => {
    files.listening.set(pid * 1000, port);
    files.processes.set(pid, { sockets: [pid * 1000], threads: { [pid]: [10, 0] }, ranMs: 200, ...more });
  };
  const pressure = (files: FakeFiles, totalUs: number): void =>
    void files.files.set(
      '/proc/pressure/cpu',
      `some avg10=1.00 avg60=1.00 avg300=1.00 total=${totalUs}\nfull avg10=0.00 total=0\n`,
    );
  const waited = (bed: Bench): number => bed.slots.reduce((sum, [, , waitedUs]) => sum + (waitedUs ?? 0), 0);

  it('is whoever listens at its port, with what it depends on and our proxies between', () => {
    const bed = bench({ ports: [3000], upstreamPorts: [5432], proxyPorts: [15_432] }, (files) => {
      listener(files, 20, 3000);
      listener(files, 30, 5432);
      listener(files, 40, 15_432);
      files.processes.set(31, { parent: 30, threads: { 31: [0, 0] } });
      files.processes.set(99, { threads: { 99: [0, 0] } });
    });
    bed.sample(0, 1000, (atMs) => {
      bed.files.setTicks({ busy: atMs / 10, idle: 0 });
      if (atMs !== 300) return;
      for (const pid of [20, 31, 40, 99])
        bed.files.processes.set(pid, { ...bed.files.processes.get(pid), threads: { [pid]: [20, pid] } });
    });
    expect(bed.views).toEqual(['run-delay']);
    expect(waited(bed)).toBe((20 + 31 + 40) * 1000);
    // The work of our proxy is others' work to the server.
    expect(bed.slots[2]?.[3]).toBe(100_000 - 10_000 - 20_000);
    expect(bed.unseen).toEqual([]);
  });

  it('is found again when it is gone, and its pressure stands in meanwhile', () => {
    const bed = bench({ ports: [3000] }, (files) => {
      listener(files, 20, 3000);
      pressure(files, 0);
    });
    bed.sample(0, 12_000, (atMs) => {
      pressure(bed.files, atMs * 10);
      if (atMs === 3000) {
        bed.files.processes.delete(20);
        bed.files.listening.clear();
      }
      if (atMs === 5500) listener(bed.files, 21, 3000);
    });
    bed.sampler.rest();
    const views = bed.views.filter((view, at) => view !== bed.views[at - 1]);
    expect(views).toEqual(['run-delay', 'pressure', 'run-delay']);
    expect(bed.unseen[0]).toMatch(/^no process that listens on port 3000 of this machine can be seen: the pressure/);
    // Never told twice, and no slot of one view in the entry of the other.
    const starts = bed.slots.map(([startMs]) => startMs);
    expect(new Set(starts).size).toBe(starts.length);
    for (const { view, slots } of bed.entries)
      for (const [startMs, , waitedUs] of slots) expect(waitedUs, `${view} at ${startMs}`).toBe(view === 'pressure' ? 1000 : 0);
  });

  it.each([
    ['nobody seen at its port', { ports: [3000] }, () => {}, /^no process that listens on port 3000/],
    [
      'behind a forwarder to a container',
      { ports: [3000] },
      (files: FakeFiles) => listener(files, 20, 3000, { name: 'docker-proxy' }),
      /^docker-proxy passes port 3000 of this machine on/,
    ],
    [
      'started here, but another listens',
      { pids: () => [10], ports: [3000] },
      (files: FakeFiles) => files.processes.set(10, { name: 'docker', threads: { 10: [1, 0] } }),
      /^no process that listens on port 3000/,
    ],
    [
      'in a container over stdio',
      given,
      (files: FakeFiles) => files.processes.set(10, { name: 'docker', threads: { 10: [1, 0] } }),
      /^docker has the server started in a container/,
    ],
    [
      'with a dependency that is not seen',
      { ...given, upstreamPorts: [5432] },
      (files: FakeFiles) => files.processes.set(10, { threads: { 10: [1, 0] } }),
      /^no process that listens on port 5432/,
    ],
    [
      "another user's",
      given,
      (files: FakeFiles) => files.processes.set(10, { threads: undefined }),
      /^how long the threads of process 10 wait/,
    ],
    [
      'on a kernel that does not count',
      given,
      (files: FakeFiles) => files.processes.set(10, { ranMs: 5000, threads: { 10: [0, 0] } }),
      /^the kernel does not count/,
    ],
  ])('%s has the pressure of the machine in its place, where that is told', (_, place, prepare, why) => {
    const bed = bench(place, (files) => {
      prepare(files);
      pressure(files, 7);
    });
    bed.sample(0, 1000, (atMs) => pressure(bed.files, 7 + atMs * 25));
    expect(bed.views).toEqual(['pressure']);
    expect(bed.slots.map(([, , ...figures]) => figures)).toEqual(Array(10).fill([2500, null]));
    expect(bed.unseen[0]).toMatch(why);
    expect(bed.unseen[0]).toContain('the pressure on the cores of the whole machine stands in');
    const without = bench(place, prepare);
    without.sample(0, 1000);
    expect(without.views).toEqual(['none']);
    expect(without.slots.map(([, , ...figures]) => figures)).toEqual(Array(10).fill([null, null]));
    expect(without.unseen[0]).toContain('is not known');
  });

  it('that works with processes that end is seen by the pressure, one that once had a helper is not', () => {
    const viewsOf = (endedMsAt: (second: number) => number): readonly string[] => {
      const bed = bench(given, (files) => pressure(files, 0));
      bed.sample(0, 6000, (atMs) => {
        const second = Math.floor(atMs / 1000);
        bed.files.processes.set(10, {
          ranMs: 100 + 50 * second,
          endedMs: endedMsAt(second),
          threads: { 10: [100 + 50 * second, 0] },
        });
      });
      return [...new Set(bed.views)];
    };
    expect(viewsOf((second) => 100 * second)).toEqual(['run-delay', 'pressure']);
    expect(viewsOf((second) => (second >= 3 ? 5000 : 0))).toEqual(['run-delay']);
  });

  it('is not looked for on another machine, nor where no system tells', () => {
    const away = bench({ elsewhere: true });
    away.sample(0, 3000);
    expect(new Set(away.views)).toEqual(new Set(['elsewhere']));
    expect(away.slots).toEqual([0, 1000, 2000].map((startMs) => [startMs, 1000, null, null]));
    expect(away.unseen).toEqual([]);
    const mac = bench(given, undefined, 'darwin');
    mac.sample(0, 3000);
    expect(new Set(mac.views)).toEqual(new Set(['none']));
    expect(mac.unseen).toEqual(['darwin does not tell how long threads wait for a core']);
    expect(mac.files.reads).toBe(0);
  });
});
