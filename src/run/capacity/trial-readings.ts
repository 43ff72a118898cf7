import type { JournalEntry } from '../../journal/journal-entry.js';
import type { MetricsEntry } from '../../journal/signal-entry.js';
import type { ServerReading, TrialEntry } from '../../journal/trial-entry.js';
import { compact } from '../../scenario/file/compact.js';

/** Names of series that tell how full a pool or an event loop is; not the parts of histograms, and no counters. */
const LIMITS = /pool|event_?loop_util/i;
const NO_GAUGE = /_(?:bucket|count|sum|total)(?:\{|$)/;
const MOST_GAUGES = 8;

/** What was read of the server under test, of the generator and of the replicas beside the calls of a trial. Pure. */
export class TrialReadings {
  readonly #cpuCores: number[] = [];
  readonly #rssBytes: number[] = [];
  readonly #descriptors: number[] = [];
  readonly #generatorCores: number[] = [];
  readonly #replicas: number[] = [];
  readonly #gauges = new Map<string, number[]>();
  readonly #isMeasured: (atS: number) => boolean;

  /** @param isMeasured whether a time lies in the measured window, seconds from the start of the settle */
  constructor(isMeasured: (atS: number) => boolean) {
    this.#isMeasured = isMeasured;
  }

  add(entry: JournalEntry): void {
    switch (entry.type) {
      case 'process':
        // A reading tells of the second before it.
        if (!this.#isMeasured(entry.t - 0.5)) return;
        if (entry.cpuCores !== undefined) this.#cpuCores.push(entry.cpuCores);
        if (entry.rssBytes !== undefined) this.#rssBytes.push(entry.rssBytes);
        if (entry.descriptors !== undefined) this.#descriptors.push(entry.descriptors);
        return;
      case 'metrics':
        // From settle to drain: replicas that come or go at the edge of the window change what it measured.
        if (entry.replicas !== undefined) this.#replicas.push(entry.replicas);
        if (this.#isMeasured(entry.t)) this.#addGauges(entry.values);
        return;
      case 'host':
        if (this.#isMeasured(entry.t + 0.5) && entry.generatorCores !== undefined)
          this.#generatorCores.push(entry.generatorCores);
    }
  }

  #addGauges(values: MetricsEntry['values']): void {
    for (const [name, value] of Object.entries(values)) {
      if (!LIMITS.test(name) || NO_GAUGE.test(name)) continue;
      const known = this.#gauges.get(name);
      if (known === undefined && this.#gauges.size >= MOST_GAUGES) continue;
      this.#gauges.set(name, [...(known ?? []), value]);
    }
  }

  /** Means over the measured window; replicas over all of the trial. What was not read is left out. */
  told(): Pick<TrialEntry, 'server' | 'replicas' | 'gauges' | 'generatorCores'> {
    const [cpuCores, rssBytes, descriptors] = [this.#cpuCores, this.#rssBytes, this.#descriptors].map(mean);
    const server: ServerReading = compact({ cpuCores, rssBytes, descriptors });
    const replicas = this.#replicas;
    return {
      ...(Object.keys(server).length === 0 ? {} : { server }),
      ...(replicas.length === 0 ? {} : { replicas: { least: Math.min(...replicas), most: Math.max(...replicas) } }),
      ...(this.#gauges.size === 0
        ? {}
        : { gauges: Object.fromEntries([...this.#gauges].map(([name, values]) => [name, mean(values) ?? 0])) }),
      ...compact({ generatorCores: mean(this.#generatorCores) }),
    };
  }
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
