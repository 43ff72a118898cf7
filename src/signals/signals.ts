import type { HealthEntry, HostEntry, MetricsEntry, NoteEntry, ProcessEntry } from '../measure/journal-entry.js';
import type { HealthProbes } from '../scenario/scenario.js';
import { HealthProbe } from './health-probe.js';
import { HostSampler } from './host-sampler.js';
import { MetricsSampler } from './metrics-sampler.js';
import { ProcessSampler } from './process-sampler.js';
import { type Repeating, repeatEvery } from './repeat.js';

export type SignalEntry = HealthEntry | ProcessEntry | MetricsEntry | HostEntry | NoteEntry;

export interface SignalOptions {
  readonly health?: HealthProbes;
  /** URL of the target's Prometheus page. */
  readonly metrics?: string;
  /** Process to watch, with its children. */
  readonly pid?: number;
  /** Seconds from the start of the drive. */
  readonly nowS: () => number;
}

export interface Signals {
  /** Ends all sampling; resolves when nothing more will be told. */
  stop(): Promise<void>;
}

const EVERY_MS = 1000;

/**
 * Samples the other three signals beside the load: health, the server's process, its Prometheus page, and the machine we run on.
 * Nothing here waits for anything that the load needs, and no sampler ever overlaps itself.
 */
export function startSignals(options: SignalOptions, onEntry: (entry: SignalEntry) => void): Signals {
  const { health, metrics, pid, nowS } = options;
  const repeating: Repeating[] = [];
  let stopped = false;
  const tell = (entry: SignalEntry | undefined): void => {
    if (entry !== undefined && !stopped) onEntry(entry);
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
    const probe = new HealthProbe(name, url, Math.min(2000, Math.max(250, health.everyMs)));
    repeating.push(repeatEvery(health.everyMs, async () => tell(await probe.ask(nowS))));
  }
  if (pid !== undefined) {
    const sampler = new ProcessSampler(pid);
    repeating.push(repeatEvery(EVERY_MS, async () => tell(await sampler.sample(Math.max(0, nowS())))));
  }
  if (metrics !== undefined) {
    const sampler = new MetricsSampler(metrics);
    let told = false;
    repeating.push(
      repeatEvery(EVERY_MS, async () => {
        tell(await sampler.sample(Math.max(0, nowS())));
        if (sampler.leftOut === 0 || told) return;
        told = true;
        const text = `${sampler.leftOut} series of ${metrics} were left out: too many to keep`;
        tell({ type: 'note', t: Math.max(0, nowS()), level: 'info', code: 'metrics-left-out', text });
      }),
    );
  }
  return {
    stop: async () => {
      await Promise.all(repeating.map((one) => one.stop()));
      stopped = true;
    },
  };
}
