import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cgroupCpuQuota } from '../run/host-facts.js';
import type { MachineFacts } from './machine-findings.js';

type Read = (path: string) => string;

const readText: Read = (path) => readFileSync(path, 'utf8');

/** Starts looking at the machine; the function returned says what it was while the time between passed. */
export function watchMachine(read: Read = readText): () => MachineFacts {
  const before = { cpu: cpuTimes(read), throttledUs: throttledUs(read) };
  return () => {
    const quota = cgroupCpuQuota(read);
    const limit = descriptorLimit(read);
    const cpu = cpuTimes(read);
    const throttled = throttledUs(read);
    const total = cpu && before.cpu ? cpu.total - before.cpu.total : 0;
    return {
      nodeVersion: process.version,
      cores: availableParallelism(),
      ...(quota === undefined ? {} : { cgroupCores: quota }),
      ...(limit === undefined ? {} : { descriptors: limit }),
      ...(cpu && before.cpu && total > 0 ? { steal: (cpu.steal - before.cpu.steal) / total } : {}),
      ...(throttled === undefined || before.throttledUs === undefined
        ? {}
        : { throttledS: (throttled - before.throttledUs) / 1e6 }),
    };
  };
}

function tryRead(read: Read, path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}

/** Ticks of all cores since boot: the first line of /proc/stat (user nice system idle iowait irq softirq steal ...). */
function cpuTimes(read: Read): { readonly total: number; readonly steal: number } | undefined {
  const line = tryRead(read, '/proc/stat')?.split('\n')[0];
  if (line === undefined || !line.startsWith('cpu ')) return undefined;
  // Guest time is contained in user time: the first eight fields are the whole.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: ticks.reduce((sum, value) => sum + value, 0), steal: ticks[7] ?? 0 };
}

function throttledUs(read: Read): number | undefined {
  const found = /^throttled_usec (\d+)$/m.exec(tryRead(read, '/sys/fs/cgroup/cpu.stat') ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

function descriptorLimit(read: Read): number | undefined {
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(tryRead(read, '/proc/self/limits') ?? '')?.[1];
  if (found === undefined) return undefined;
  return found === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(found);
}
