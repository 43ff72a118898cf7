import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessEntry } from '../measure/journal-entry.js';
import { type CpuReading, type CpuTime, coresBetween } from './cpu-use.js';
import { countDescriptors, listProcesses, readRssBytes } from './proc-files.js';
import { familyOf } from './process-tree.js';

const run = promisify(execFile);

/**
 * CPU, memory, threads and descriptors of a process, its descendants and its process group summed. Memory that processes share counts
 * once for each of them, as in `ps`; CPU of processes that come and go between two samples is in it where the system tells.
 */
export class ProcessSampler {
  #last: CpuReading | undefined;

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
    const cpuCores = this.#coresSince(
      new Map(members.map(({ pid, cpuS, waitedCpuS }) => [pid, { ownS: cpuS, waitedS: waitedCpuS }])),
    );
    return {
      type: 'process',
      t,
      pid: this.pid,
      ...given('cpuCores', cpuCores),
      ...given('rssBytes', sumOf(members.map(({ pid }) => readRssBytes(pid)))),
      threads: members.reduce((total, { threads }) => total + threads, 0),
      ...given('descriptors', sumOf(members.map(({ pid }) => countDescriptors(pid)))),
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
    const cpuCores = this.#coresSince(new Map(members.map(({ pid, cpuS }) => [pid, { ownS: cpuS, waitedS: 0 }])));
    return {
      type: 'process',
      t,
      pid: this.pid,
      ...(cpuCores === undefined ? {} : { cpuCores }),
      rssBytes: members.reduce((total, { rssKiB }) => total + rssKiB, 0) * 1024,
      processes: members.length,
    };
  }

  #coresSince(byPid: ReadonlyMap<number, CpuTime>): number | undefined {
    const last = this.#last;
    this.#last = { atMs: performance.now(), byPid };
    return last === undefined ? undefined : coresBetween(last, this.#last);
  }
}

const given = <Name extends string>(name: Name, value: number | undefined): { readonly [K in Name]?: number } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: number };

/** Sum of what is known; undefined when nothing is. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

/** `[[dd-]hh:]mm:ss[.ff]` of ps in seconds. */
export function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? (time.split('-') as [string, string]) : ['0', time];
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
