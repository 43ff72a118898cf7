import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessEntry } from '../measure/journal-entry.js';
import { countDescriptors, listProcesses, type ProcStat } from './proc-files.js';
import { familyOf } from './process-tree.js';

const PAGE_BYTES = 4096;
const run = promisify(execFile);

interface Reading {
  readonly atMs: number;
  /** CPU seconds by pid: a child that ends takes its own away, and must not make the difference negative. */
  readonly cpuS: ReadonlyMap<number, number>;
}

/** CPU, memory, threads and descriptors of a process, its children and its process group summed. */
export class ProcessSampler {
  #last: Reading | undefined;

  constructor(readonly pid: number) {}

  /** One sample; undefined when the process is gone. CPU needs two samples, so the first has none. */
  async sample(t: number): Promise<ProcessEntry | undefined> {
    return process.platform === 'linux' ? this.#fromProc(t) : this.#fromPs(t);
  }

  #fromProc(t: number): ProcessEntry | undefined {
    const all = listProcesses();
    const family = new Set(familyOf(this.pid, all));
    const members = all.filter(({ pid }) => family.has(pid));
    if (!members.some(({ pid }) => pid === this.pid)) return undefined;
    const sum = (of: (stat: ProcStat) => number): number => members.reduce((total, stat) => total + of(stat), 0);
    const counts = members.map(({ pid }) => countDescriptors(pid)).filter((count): count is number => count !== undefined);
    const cpuCores = this.#coresSince(new Map(members.map(({ pid, cpuS }) => [pid, cpuS])));
    return {
      type: 'process',
      t,
      pid: this.pid,
      ...(cpuCores === undefined ? {} : { cpuCores }),
      rssBytes: sum(({ rssPages }) => rssPages) * PAGE_BYTES,
      threads: sum(({ threads }) => threads),
      ...(counts.length === 0 ? {} : { descriptors: counts.reduce((total, count) => total + count, 0) }),
      processes: members.length,
    };
  }

  /** Elsewhere `ps` tells memory and CPU time; threads and descriptors stay absent. */
  async #fromPs(t: number): Promise<ProcessEntry | undefined> {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,time='], { timeout: 2000 });
    const all = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [pid, parent, group, rssKiB, time] = line.trim().split(/\s+/);
        return {
          pid: Number(pid),
          parent: Number(parent),
          group: Number(group),
          rssKiB: Number(rssKiB),
          cpuS: secondsOf(time ?? ''),
        };
      });
    const family = new Set(familyOf(this.pid, all));
    const members = all.filter(({ pid }) => family.has(pid));
    if (!members.some(({ pid }) => pid === this.pid)) return undefined;
    const cpuCores = this.#coresSince(new Map(members.map(({ pid, cpuS }) => [pid, cpuS])));
    return {
      type: 'process',
      t,
      pid: this.pid,
      ...(cpuCores === undefined ? {} : { cpuCores }),
      rssBytes: members.reduce((total, { rssKiB }) => total + rssKiB, 0) * 1024,
      processes: members.length,
    };
  }

  #coresSince(cpuS: ReadonlyMap<number, number>): number | undefined {
    const atMs = performance.now();
    const last = this.#last;
    this.#last = { atMs, cpuS };
    if (last === undefined || atMs - last.atMs < 100) return undefined;
    let used = 0;
    for (const [pid, seconds] of cpuS) used += Math.max(0, seconds - (last.cpuS.get(pid) ?? 0));
    return used / ((atMs - last.atMs) / 1000);
  }
}

/** `[[dd-]hh:]mm:ss[.ff]` of ps in seconds. */
export function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? (time.split('-') as [string, string]) : ['0', time];
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
