import type { HostEntry, MetricsEntry, ProcessEntry } from '../journal/signal-entry.js';
import type { SaturationFigures } from '../result/signal-figures.js';
import { compact } from '../scenario/file/compact.js';
import { DefaultMap } from './default-map.js';

/** First, last, largest and mean of readings that may be missing. */
class Readings {
  #first: number | undefined;
  #last = 0;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;
  add(value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    this.#first ??= value;
    this.#last = value;
    this.#max = Math.max(this.#max, value);
    this.#sum += value;
    this.#count++;
  }
  get span(): { first: number; last: number; max: number } | undefined {
    return this.#first === undefined ? undefined : { first: this.#first, last: this.#last, max: this.#max };
  }
  get load(): { mean: number; max: number } | undefined {
    return this.#count === 0 ? undefined : { mean: this.#sum / this.#count, max: this.#max };
  }
}

/** Collects the fourth signal: how full the server, the machine and what the server tells of itself were. */
export class SaturationTally {
  #pid: number | undefined;
  readonly #cpu = new Readings();
  readonly #rss = new Readings();
  readonly #threads = new Readings();
  readonly #descriptors = new Readings();
  readonly #busy = new Readings();
  readonly #metrics = new DefaultMap<string, Readings>(() => new Readings());

  addProcess(entry: ProcessEntry): void {
    this.#pid ??= entry.pid;
    this.#cpu.add(entry.cpuCores);
    this.#rss.add(entry.rssBytes);
    this.#threads.add(entry.threads);
    this.#descriptors.add(entry.descriptors);
  }

  addHost(entry: HostEntry): void {
    this.#busy.add(entry.busy);
  }

  addMetrics(entry: MetricsEntry): void {
    for (const [name, value] of Object.entries(entry.values)) this.#metrics.of(name).add(value);
  }

  figures(): SaturationFigures {
    const peak = (readings: Readings) => (readings.span === undefined ? undefined : { max: readings.span.max });
    const metrics = [...this.#metrics].flatMap(([name, { span }]) => (span === undefined ? [] : [[name, span] as const]));
    return {
      ...(this.#pid === undefined
        ? {}
        : {
            process: {
              pid: this.#pid,
              ...compact({ cpuCores: this.#cpu.load, rssBytes: this.#rss.span }),
              ...compact({ threads: peak(this.#threads), descriptors: peak(this.#descriptors) }),
            },
          }),
      ...(this.#busy.load === undefined ? {} : { host: { busy: this.#busy.load } }),
      ...(metrics.length === 0 ? {} : { metrics: Object.fromEntries(metrics) }),
    };
  }
}
