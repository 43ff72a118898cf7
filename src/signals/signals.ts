import type { DelayEntry } from '../journal/delay-entry.js';
import type { NoteEntry } from '../journal/journal-entry.js';
import type { HealthEntry, HostEntry, MetricsEntry, ProcessEntry } from '../journal/signal-entry.js';
import type { HealthProbes, TlsMaterial } from '../scenario/target.js';
import type { DelayPlace } from './delay/delay-place.js';
import { DelaySampler } from './delay/delay-sampler.js';
import { HealthProbe } from './health-probe.js';
import { HostSampler } from './host-sampler.js';
import { MetricsSampler } from './metrics-sampler.js';
import { ProcessSampler } from './process-sampler.js';

export type SignalEntry = HealthEntry | ProcessEntry | MetricsEntry | HostEntry | DelayEntry | NoteEntry;

export interface SignalOptions {
  readonly health?: HealthProbes;
  /** URL of the target's Prometheus page. */
  readonly metrics?: string;
  /** Gauge on that page that counts the replicas of the target; absent: a well-known one. */
  readonly replicas?: string;
  /** For https pages. */
  readonly tls?: TlsMaterial;
  /** Process to watch, with its children. */
  readonly pid?: number;
  /** Processes to watch and sum, with their children, where they come and go: the servers of a stdio target. */
  readonly pids?: () => readonly number[];
  /** Where the server is whose delay by its machine is watched. */
  readonly delay?: DelayPlace;
  /** Seconds from the start of the drive. */
  readonly nowS: () => number;
}

export interface Signals {
  /** Ends all sampling; resolves when nothing more will be told. */
  stop(): Promise<void>;
}

const EVERY_MS = 1000;
const DELAY_EVERY_MS = 100;

/**
 * Samples the other signals beside the load: health, the server's process, its Prometheus page, the machine we run on, and what that
 * machine keeps from the server.
 * Nothing here waits for anything that the load needs, and no sampler ever overlaps itself.
 */
export function startSignals(options: SignalOptions, onEntry: (entry: SignalEntry) => void): Signals {
  const { health, metrics, pid, pids, delay, nowS } = options;
  const repeating: Repeating[] = [];
  let stopped = false;
  const tell = (entry: SignalEntry | undefined): void => {
    if (entry !== undefined && !stopped) onEntry(entry);
  };

  const t = (): number => Math.max(0, nowS());
  const noteOnce = (level: NoteEntry['level'], code: string): ((text: string) => void) => {
    let told = false;
    return (text) => {
      if (!told) tell({ type: 'note', t: t(), level, code, text });
      told = true;
    };
  };

  const host = new HostSampler();
  let first = true;
  repeating.push(
    repeatEvery(EVERY_MS, async () => {
      // The first turn comes at once and has no second behind it.
      if (!first) tell(host.sample(Math.max(0, Math.floor(nowS() - 0.5))));
      first = false;
    }),
  );
  for (const name of ['live', 'ready'] as const) {
    const url = health?.[name];
    if (health === undefined || url === undefined) continue;
    const probe = new HealthProbe(name, url, Math.min(2000, Math.max(250, health.everyMs)), options.tls);
    repeating.push(repeatEvery(health.everyMs, async (signal) => tell(await probe.ask(t, signal))));
  }
  if (pid !== undefined || pids !== undefined) {
    const sampler = new ProcessSampler(pid ?? pids ?? []);
    const gone = noteOnce('warning', 'process-gone');
    repeating.push(
      repeatEvery(EVERY_MS, async () => {
        const entry = await sampler.sample(t());
        if (entry === undefined && pid !== undefined)
          gone(`there is no process ${pid}: its CPU and memory are not known from here on`);
        tell(entry);
      }),
    );
  }
  if (metrics !== undefined) {
    const sampler = new MetricsSampler(metrics, options.tls, options.replicas);
    const unread = noteOnce('warning', 'metrics-unreadable');
    const passedOver = noteOnce('warning', 'metrics-passed-over');
    const leftOut = noteOnce('info', 'metrics-left-out');
    repeating.push(
      repeatEvery(EVERY_MS, async (signal) => {
        try {
          tell(await sampler.sample(t(), signal));
        } catch (error) {
          unread(`${metrics} could not be read (${(error as Error).message}); seconds in which it cannot are left out`);
        }
        if (sampler.passedOver !== undefined) passedOver(`${metrics} was not read in full: ${sampler.passedOver}`);
        if (sampler.leftOut.length > 0) leftOut(leftOutText(metrics, sampler.leftOut));
      }),
    );
  }
  const delays =
    delay === undefined
      ? undefined
      : new DelaySampler({ place: delay, onEntry: tell, onUnseen: noteOnce('info', 'delay-unseen') });
  if (delays !== undefined) repeating.push(repeatEvery(DELAY_EVERY_MS, async () => delays.sample(nowS() * 1000)));
  return {
    stop: async () => {
      delays?.rest();
      // What is still asked ends unanswered by our doing: that says nothing about the server.
      stopped = true;
      await Promise.all(repeating.map((one) => one.stop()));
      delays?.close();
    },
  };
}

const NAMED = 5;

function leftOutText(url: string, series: readonly string[]): string {
  const named = series.slice(0, NAMED).map((name) => name.slice(0, 100));
  const more = series.length > NAMED ? `, and ${series.length - NAMED} more` : '';
  return `${series.length} series of ${url} were left out, there are too many to keep: ${named.join(', ')}${more}`;
}

/** Work that is repeated until it is stopped. */
interface Repeating {
  /** Ends the work in hand; resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Does something every so often, at fixed times, and never twice at once: a slow answer swallows the turns that pass meanwhile.
 * @param work may reject: one lost reading is no reason to end the run. Its signal says that nobody waits for it any more.
 */
export function repeatEvery(everyMs: number, work: (signal: AbortSignal) => Promise<void>): Repeating {
  let running: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  const turn = (): void => {
    if (running !== undefined) return;
    const abort = new AbortController();
    const done = work(abort.signal)
      .catch(() => {})
      .finally(() => {
        running = undefined;
      });
    running = { done, abort };
  };
  const timer = setInterval(turn, everyMs);
  timer.unref();
  turn();
  return {
    stop: async () => {
      clearInterval(timer);
      running?.abort.abort();
      await running?.done;
    },
  };
}
