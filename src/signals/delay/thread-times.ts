import type { HeldFile, SystemFiles } from '../system-files.js';

/** Files that are held open: reading one is a third of the work of opening it, and a process may have only so many. */
const MOST_HELD = 300;

/**
 * What a thread takes to be put on an idle core of a virtual machine each time that it wakes (about 100 us were measured on one with nothing
 * else to do, 20 to 50 on bare metal): so much is nobody's doing.
 */
const WAKING_NS = 100_000;

interface Thread {
  readonly pid: number;
  readonly path: string;
  /** Absent where too many are held. */
  readonly held: HeldFile | undefined;
  ranNs: number;
  waitedNs: number;
  /** Times that it was put on a core. */
  turns: number;
}

/** Microseconds that threads ran on a core, and for which they were ready to run and waited for one, beyond what it takes them to wake. */
export interface ThreadUse {
  readonly ranUs: number;
  readonly waitedUs: number;
}

/**
 * How long the threads of some processes ran and waited for a core: the fields of `/proc/PID/task/TID/schedstat`, which are nanoseconds since the
 * thread began, and how often it was put on a core.
 */
export class ThreadTimes {
  readonly #files: SystemFiles;
  readonly #threads = new Map<string, Thread>();
  #followed: ReadonlySet<number> = new Set();
  #heldCount = 0;
  #ranNs = 0;
  #waitedNs = 0;

  constructor(files: SystemFiles) {
    this.#files = files;
  }

  /**
   * From here on these processes count, with the threads that they have now. What a new thread of a process that counted already did
   * before counts too, since it began in between; of a process that is new to us only what comes.
   */
  follow(pids: ReadonlySet<number>): void {
    const there = new Set<string>();
    for (const pid of pids) {
      const folder = `/proc/${pid}/task`;
      for (const tid of this.#files.names(folder)) {
        const path = `${folder}/${tid}/schedstat`;
        there.add(path);
        if (!this.#threads.has(path)) this.#begin(pid, path);
      }
    }
    for (const [path, thread] of this.#threads) if (!there.has(path)) this.#end(path, thread);
    this.#followed = pids;
  }

  /** Processes that are followed although none of their threads can be read. */
  unread(): readonly number[] {
    const read = new Set([...this.#threads.values()].map(({ pid }) => pid));
    return [...this.#followed].filter((pid) => !read.has(pid));
  }

  /** Whether threads are read and none has ever run or waited: the kernel does not count. */
  get blank(): boolean {
    return this.#threads.size > 0 && [...this.#threads.values()].every(({ ranNs, waitedNs }) => ranNs === 0 && waitedNs === 0);
  }

  /** What was done since the last take. */
  take(): ThreadUse {
    for (const [path, thread] of this.#threads) this.#read(path, thread);
    const use = { ranUs: this.#ranNs / 1000, waitedUs: this.#waitedNs / 1000 };
    this.#ranNs = 0;
    this.#waitedNs = 0;
    return use;
  }

  close(): void {
    this.follow(new Set());
  }

  #begin(pid: number, path: string): void {
    const held = this.#heldCount < MOST_HELD ? this.#files.hold(path) : undefined;
    const text = held === undefined ? this.#files.text(path) : held.read();
    const now = timesOf(text);
    if (now === undefined) {
      held?.close();
      return;
    }
    if (held !== undefined) this.#heldCount += 1;
    this.#threads.set(path, { pid, path, held, ...now });
    if (!this.#followed.has(pid)) return;
    this.#ranNs += now.ranNs;
    this.#waitedNs += beyondWaking(now.waitedNs, now.turns);
  }

  #read(path: string, thread: Thread): void {
    const now = timesOf(thread.held === undefined ? this.#files.text(path) : thread.held.read());
    if (now === undefined) {
      this.#end(path, thread);
      return;
    }
    this.#ranNs += Math.max(0, now.ranNs - thread.ranNs);
    this.#waitedNs += beyondWaking(now.waitedNs - thread.waitedNs, now.turns - thread.turns);
    Object.assign(thread, now);
  }

  #end(path: string, { held }: Thread): void {
    this.#threads.delete(path);
    if (held === undefined) return;
    held.close();
    this.#heldCount -= 1;
  }
}

const beyondWaking = (waitedNs: number, turns: number): number => Math.max(0, waitedNs - turns * WAKING_NS);

function timesOf(text: string | undefined): Pick<Thread, 'ranNs' | 'waitedNs' | 'turns'> | undefined {
  if (text === undefined) return undefined;
  const [ran = '', waited = '', times = ''] = text.split(' ', 3);
  const [ranNs, waitedNs, turns] = [Number(ran), Number(waited), Number(times)];
  return ran === '' || waited === '' || Number.isNaN(ranNs + waitedNs + turns) ? undefined : { ranNs, waitedNs, turns };
}
