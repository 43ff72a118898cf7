import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { HealthEntry } from '../journal/signal-entry.js';
import type { HealthFigures } from '../result/signal-figures.js';
import { latencyFigures } from './tally.js';

interface Outage {
  readonly fromS: number;
  toS?: number;
  readonly detail?: string;
}

/** Collects the answers of one probe: misses, and the stretches in which it was unhealthy (from the first of three misses in a row). */
export class HealthTally {
  #probes = 0;
  #misses = 0;
  readonly #latency = new LatencyHistogram();
  readonly #outages: Outage[] = [];
  #missingSinceS: number | undefined;
  #open: Outage | undefined;

  constructor(readonly probe: 'live' | 'ready') {}

  add(entry: HealthEntry): void {
    this.#probes++;
    if (entry.latencyUs !== undefined) this.#latency.record(Math.max(0, Math.round(entry.latencyUs)));
    if (!entry.ok) {
      this.#misses++;
      this.#missingSinceS ??= entry.t;
    } else this.#missingSinceS = undefined;
    if (entry.state === 'unhealthy' && this.#open === undefined) {
      this.#open = { fromS: this.#missingSinceS ?? entry.t, ...(entry.detail === undefined ? {} : { detail: entry.detail }) };
      this.#outages.push(this.#open);
    } else if (entry.state === 'healthy' && this.#open !== undefined) {
      this.#open.toS = entry.t;
      this.#open = undefined;
    }
  }

  figures(): HealthFigures {
    return {
      probe: this.probe,
      probes: this.#probes,
      misses: this.#misses,
      unhealthy: this.#outages.map((outage) => ({ ...outage })),
      ...(this.#latency.count === 0 ? {} : { latencyUs: latencyFigures(this.#latency, 0) }),
    };
  }
}
