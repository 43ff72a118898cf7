import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, loadavg, release, totalmem } from 'node:os';

/** What a reader has to know about the machine that made the load to compare two runs. */
export function hostFacts(): Readonly<Record<string, unknown>> {
  const quota = cgroupCpuQuota();
  const boot = bootName();
  return {
    hostname: hostname(),
    platform: process.platform,
    arch: process.arch,
    kernel: release(),
    ...(boot === undefined ? {} : { boot }),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    ...(quota === undefined ? {} : { cgroupCores: quota }),
    memoryBytes: totalmem(),
    node: process.version,
    loadAverage1m: loadavg()[0],
  };
}

/** Names this start of the machine, without telling its identifier; undefined where there is none. */
function bootName(): string | undefined {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return id === '' ? undefined : createHash('sha256').update(`plimsoll ${id}`).digest('hex').slice(0, 12);
  } catch {
    return undefined;
  }
}

/** CPU limit of this cgroup (v2) in cores, or undefined when there is none or it cannot be read. */
export function cgroupCpuQuota(read: (path: string) => string = (path) => readFileSync(path, 'utf8')): number | undefined {
  try {
    const [quota, period] = read('/sys/fs/cgroup/cpu.max').trim().split(/\s+/);
    if (quota === undefined || quota === 'max') return undefined;
    const cores = Number(quota) / Number(period);
    return Number.isFinite(cores) ? cores : undefined;
  } catch {
    return undefined;
  }
}
