import type { DelayEntry, DelaySlot, DelayView } from '../../journal/delay-entry.js';
import { findThrottling, sharesLimits } from '../cgroup.js';
import { listProcesses, type MachineTicks, readMachineTicks } from '../proc-files.js';
import { type SystemFiles, systemFiles } from '../system-files.js';
import type { DelayPlace } from './delay-place.js';
import { DelayedProcessFinder } from './delayed-processes.js';
import { ThreadTimes, type ThreadUse } from './thread-times.js';

/** Length of an entry; where nothing is seen that of a slot too. */
const ENTRY_MS = 1000;
/** A timer of 100 ms may ring a little early. */
const EARLY_MS = 20;
/** The processes are looked up at least this far apart, and so that it takes at most a hundredth of a core. */
const LOOK_EVERY_MS = 1000;
const LOOK_SHARE = 0.01;
const TICK_US = 10_000;

interface Reading {
  readonly atMs: number;
  readonly ticks: MachineTicks | undefined;
  readonly throttledS: number | undefined;
  readonly pressureUs: number | undefined;
}

export interface DelaySamplerOptions {
  readonly place: DelayPlace;
  /** Told with what cannot be seen, in a sentence, whenever that changes. */
  readonly onUnseen: (text: string) => void;
  readonly onEntry: (entry: DelayEntry) => void;
  /** For tests: the machine. */
  readonly files?: SystemFiles;
  readonly platform?: string;
  /** For tests: milliseconds by which a look at the processes is measured. */
  readonly nowMs?: () => number;
}

/**
 * What the machine kept from the server under test, in slots between two calls of `sample`: how long runnable threads of the server and
 * its local dependencies waited for a core, and what all others used of the cores meanwhile. Linux alone tells it.
 */
export class DelaySampler {
  readonly #options: DelaySamplerOptions;
  readonly #files: SystemFiles;
  readonly #finder: DelayedProcessFinder;
  readonly #server: ThreadTimes;
  readonly #proxies: ThreadTimes;
  readonly #nowMs: () => number;
  readonly #throttling: (() => number | undefined) | undefined;
  /** The figures of the machine are those of a container: what others use is not in them. */
  readonly #contained: boolean;
  /** Nothing will ever be seen. */
  readonly #blind: boolean;
  #view: DelayView;
  #throttledToo = false;
  #nextLookMs = Number.NEGATIVE_INFINITY;
  #last: Reading | undefined;
  #slots: DelaySlot[] = [];

  constructor(options: DelaySamplerOptions) {
    const { place, files = systemFiles, platform = process.platform, nowMs = () => performance.now() } = options;
    this.#options = options;
    this.#files = files;
    this.#nowMs = nowMs;
    this.#finder = new DelayedProcessFinder(place, files);
    this.#server = new ThreadTimes(files);
    this.#proxies = new ThreadTimes(files);
    this.#view = place.elsewhere ? 'elsewhere' : platform === 'linux' ? 'run-delay' : 'none';
    this.#blind = this.#view !== 'run-delay';
    if (this.#view === 'none') options.onUnseen(`${platform} does not tell how long threads wait for a core`);
    const linux = platform === 'linux';
    this.#throttling = linux ? findThrottling(files.text) : undefined;
    this.#contained = !linux || / \/proc\/stat /.test(files.text('/proc/self/mountinfo') ?? '');
  }

  /** Reads once. The first reading has no slot behind it. @param atMs milliseconds from the start of the first phase */
  sample(atMs: number): void {
    const last = this.#last;
    if (last !== undefined && atMs - last.atMs < (this.#blind ? ENTRY_MS - EARLY_MS : 1)) return;
    const before = this.#view;
    if (!this.#blind && atMs >= this.#nextLookMs) this.#look(atMs);
    const use = { server: this.#server.take(), proxies: this.#proxies.take() };
    const now = this.#read(atMs);
    this.#last = now;
    if (last === undefined || atMs <= 0) return;
    // A slot in which the view changed has nothing to say of either.
    if (before !== this.#view) this.rest(before);
    else this.#slots.push(this.#slotOf(last, now, use));
    const [first] = this.#slots;
    if (first !== undefined && atMs - first[0] >= ENTRY_MS - EARLY_MS) this.rest();
  }

  /** Tells what was not told yet. */
  rest(view: DelayView = this.#view): void {
    const slots = this.#slots;
    const [first] = slots;
    if (first === undefined) return;
    this.#slots = [];
    this.#options.onEntry({ type: 'delay', t: Math.max(0, rounded(first[0])) / 1000, view, slots });
  }

  close(): void {
    this.#server.close();
    this.#proxies.close();
  }

  #look(atMs: number): void {
    const startedMs = this.#nowMs();
    const all = listProcesses(this.#files);
    const { server, proxies, unseen } = this.#finder.find(all, atMs);
    this.#server.follow(server);
    this.#proxies.follow(proxies);
    const uncounted = unseen ?? this.#uncounted(new Map(all.map(({ pid, cpuS }) => [pid, cpuS])));
    if (uncounted === undefined) this.#view = 'run-delay';
    else this.#seeLess(uncounted);
    const [first] = server;
    this.#throttledToo =
      first !== undefined && sharesLimits(this.#files.text('/proc/self/cgroup'), this.#files.text(`/proc/${first}/cgroup`));
    this.#nextLookMs = atMs + Math.max(LOOK_EVERY_MS - EARLY_MS, (this.#nowMs() - startedMs) / LOOK_SHARE);
  }

  /** Why the waiting of visible processes is not told, as the beginning of a sentence. */
  #uncounted(cpuS: ReadonlyMap<number, number>): string | undefined {
    const unread = this.#server.unread().filter((pid) => cpuS.has(pid));
    if (unread.length > 0) return `how long the threads of process ${unread[0]} wait for a core cannot be read`;
    return this.#server.blank && [...cpuS.values()].some((seconds) => seconds > 0.1)
      ? 'the kernel does not count how long threads wait for a core'
      : undefined;
  }

  #seeLess(why: string): void {
    this.#view = pressureUs(this.#files) === undefined ? 'none' : 'pressure';
    const instead =
      this.#view === 'pressure'
        ? 'the pressure on the cores of the whole machine stands in for what the server waited for'
        : 'how long the server waits for a core is not known';
    this.#options.onUnseen(`${why}: ${instead}`);
  }

  #read(atMs: number): Reading {
    const files = this.#files;
    return {
      atMs,
      ticks: this.#contained || this.#view !== 'run-delay' ? undefined : readMachineTicks(files),
      throttledS: this.#throttledToo ? this.#throttling?.() : undefined,
      pressureUs: this.#view === 'pressure' ? pressureUs(files) : undefined,
    };
  }

  #slotOf(
    last: Reading,
    now: Reading,
    { server, proxies }: { readonly server: ThreadUse; readonly proxies: ThreadUse },
  ): DelaySlot {
    const place = [rounded(last.atMs), rounded(now.atMs - last.atMs)] as const;
    if (this.#view === 'run-delay') {
      return [...place, Math.round(server.waitedUs + proxies.waitedUs), othersUs(last, now, server.ranUs)];
    }
    // What the server used is not known then, and so neither what others did.
    const waited = now.pressureUs === undefined || last.pressureUs === undefined ? null : now.pressureUs - last.pressureUs;
    return [...place, waited, null];
  }
}

/** CPU of all but the server between two readings, what was stolen or throttled included; null where the machine does not tell. */
function othersUs(last: Reading, now: Reading, ranUs: number): number | null {
  if (last.ticks === undefined || now.ticks === undefined) return null;
  const ticks = now.ticks.total - last.ticks.total;
  if (ticks <= 0) return null;
  const busyUs = (ticks - (now.ticks.idle - last.ticks.idle)) * TICK_US;
  const throttledUs =
    now.throttledS === undefined || last.throttledS === undefined ? 0 : (now.throttledS - last.throttledS) * 1e6;
  return Math.round(Math.max(0, busyUs - ranUs) + throttledUs);
}

/** Time for which some thread of the machine waited for a core, since boot, in microseconds. */
function pressureUs(files: SystemFiles): number | undefined {
  const total = /^some .*\btotal=(\d+)/m.exec(files.text('/proc/pressure/cpu') ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/** To a tenth of a millisecond. */
const rounded = (ms: number): number => Math.round(ms * 10) / 10;
