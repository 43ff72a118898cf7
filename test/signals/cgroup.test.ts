import { describe, expect, it } from 'vitest';
import { readThrottledS } from '../../src/signals/cgroup.js';

const files =
  (all: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    all[path];

describe('time held back by a CPU limit', () => {
  it('is found on the cgroup that has the limit, be it above ours (v2)', () => {
    const read = files({
      '/proc/self/cgroup': '0::/user.slice/run.scope\n',
      '/sys/fs/cgroup/user.slice/run.scope/cpu.stat': 'usage_usec 5\nthrottled_usec 0\n',
      '/sys/fs/cgroup/user.slice/cpu.stat': 'usage_usec 5\nthrottled_usec 2500000\n',
      '/sys/fs/cgroup/cpu.stat': 'usage_usec 5\n',
    });
    expect(readThrottledS(read)).toBe(2.5);
  });

  it('is read in a container, which sees its own cgroup as the root (v2, v1)', () => {
    expect(readThrottledS(files({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.stat': 'throttled_usec 1000000\n' }))).toBe(
      1,
    );
    const v1 = {
      '/proc/self/cgroup': '4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'nr_throttled 1\nthrottled_time 3000000000\n',
    };
    expect(readThrottledS(files(v1))).toBe(3);
  });

  it('is absent where it cannot be read', () => {
    expect(readThrottledS(files({}))).toBeUndefined();
  });
});
