import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cgroupCpuQuota } from '../../run/host-facts.js';
import { compact } from '../../scenario/file/compact.js';
import { HostSampler } from '../../signals/host-sampler.js';
import type { MachineFacts } from './machine-findings.js';

/** Starts looking at the machine; the function returned says what it was while the time between passed. */
export function watchMachine(): () => MachineFacts {
  const sampler = new HostSampler();
  const startedMs = performance.now();
  return () => {
    const { steal, throttledS } = sampler.sample(0);
    const seconds = (performance.now() - startedMs) / 1000;
    const quota = cgroupCpuQuota();
    const descriptors = descriptorLimit();
    return {
      nodeVersion: process.version,
      cores: availableParallelism(),
      ...compact({ cgroupCores: quota, descriptors, steal }),
      // The sampler tells it for each second.
      ...(throttledS === undefined ? {} : { throttledS: throttledS * seconds }),
    };
  };
}

/** Soft limit of open files, from the text of /proc/self/limits; undefined where it is not said. */
export function parseDescriptorLimit(text: string): number | undefined {
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1];
  if (found === undefined) return undefined;
  return found === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(found);
}

function descriptorLimit(): number | undefined {
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}
