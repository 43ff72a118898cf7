import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessEntry } from '../journal/signal-entry.js';
import { type CpuReading, type CpuTime, coresBetween } from './cpu-use.js';
import { countDescriptors, listProcesses, readRssBytes } from './proc-files.js';
import { familyOf, type ListedProcess } from './process-tree.js';

const run = promisify(execFile);

/**
 * CPU, memory, threads and descriptors of one or more processes, their descendants and process groups summed. Memory that processes share counts
 * once for each of them, as in `ps`; CPU of processes that come and go between two samples is in it where the system tells.
 */
export class ProcessSampler {
  #last: CpuReading | undefined;
  #lastFamilies: readonly (readonly number[])[] = [];
  readonly #roots: () => readonly number[];

  /** @param roots a process, or those that are there at each sample; the first stands for all in the entry */
  constructor(roots: number | readonly number[] | (() => readonly number[])) {
    this.#roots = typeof roots === 'function' ? roots : () => (typeof roots === 'number' ? [roots] : roots);
  }

  /** One sample; undefined when no root is there. CPU needs two samples, so the first has none. */
  async sample(t: number): Promise<ProcessEntry | undefined> {
    return process.platform === 'linux' ? this.#fromProc(t) : this.#fromPs(t);
  }

  #fromProc(t: number): ProcessEntry | undefined {
    const all = listProcesses();
    const roots = this.#rootsIn(all);
    const [first] = roots;
    if (first === undefined) return undefined;
    const family = this.#familyOf(roots, all);
    const members = all.filter(({ pid }) => family.has(pid));
    const cpuCores = this.#coresSince(
      new Map(members.map(({ pid, cpuS, waitedCpuS }) => [pid, { ownS: cpuS, waitedS: waitedCpuS }])),
    );
    return {
      type: 'process',
      t,
      pid: first,
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
    const roots = this.#rootsIn(all);
    const [first] = roots;
    if (first === undefined) return undefined;
    const family = this.#familyOf(roots, all);
    const members = all.filter(({ pid }) => family.has(pid));
    const cpuCores = this.#coresSince(new Map(members.map(({ pid, cpuS }) => [pid, { ownS: cpuS, waitedS: 0 }])));
    return {
      type: 'process',
      t,
      pid: first,
      ...(cpuCores === undefined ? {} : { cpuCores }),
      rssBytes: members.reduce((total, { rssKiB }) => total + rssKiB, 0) * 1024,
      processes: members.length,
    };
  }

  #rootsIn(all: readonly ListedProcess[]): readonly number[] {
    const there = new Set(all.map(({ pid }) => pid));
    return this.#roots().filter((pid) => there.has(pid));
  }

  /** All members. What a root that is gone had used went to its parent, who is none of them: it is forgotten, with its own. */
  #familyOf(roots: readonly number[], all: readonly ListedProcess[]): ReadonlySet<number> {
    const families = roots.map((root) => familyOf(root, all));
    const last = this.#last;
    if (last !== undefined) {
      const gone = new Set(this.#lastFamilies.filter(([root]) => root !== undefined && !roots.includes(root)).flat());
      this.#last = { ...last, byPid: new Map([...last.byPid].filter(([pid]) => !gone.has(pid))) };
    }
    this.#lastFamilies = families;
    return new Set(families.flat());
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
