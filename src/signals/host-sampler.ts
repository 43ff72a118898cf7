import type { HostEntry } from '../journal/signal-entry.js';
import { readThrottledS } from './cgroup.js';
import { type MachineTicks, readMachineTicks } from './proc-files.js';

interface Reading {
  readonly atMs: number;
  readonly ticks: MachineTicks | undefined;
  readonly throttledS: number | undefined;
  readonly ownCpuS: number;
}

/** State of the generator's machine between two readings: our own CPU, how busy it is, time stolen by the hypervisor, throttling. */
export class HostSampler {
  #last = readNow();

  sample(t: number): HostEntry {
    const now = readNow();
    const last = this.#last;
    this.#last = now;
    return hostEntry(t, last, now);
  }
}

/** What two readings say. Figures that could not be read are absent. Pure. */
export function hostEntry(t: number, last: Reading, now: Reading): HostEntry {
  const seconds = (now.atMs - last.atMs) / 1000;
  if (seconds <= 0) return { type: 'host', t };
  const throttledS = now.throttledS === undefined || last.throttledS === undefined ? undefined : now.throttledS - last.throttledS;
  return {
    type: 'host',
    t,
    generatorCores: (now.ownCpuS - last.ownCpuS) / seconds,
    ...shares(last.ticks, now.ticks),
    ...(throttledS === undefined ? {} : { throttledS: throttledS / seconds }),
  };
}

function shares(
  last: MachineTicks | undefined,
  now: MachineTicks | undefined,
): { readonly steal?: number; readonly busy?: number } {
  if (last === undefined || now === undefined) return {};
  const total = now.total - last.total;
  if (total <= 0) return {};
  return { steal: (now.steal - last.steal) / total, busy: 1 - (now.idle - last.idle) / total };
}

function readNow(): Reading {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), ticks: readMachineTicks(), throttledS: readThrottledS(), ownCpuS: (user + system) / 1e6 };
}
