import type { MetricsEntry } from '../journal/signal-entry.js';
import type { TlsMaterial } from '../scenario/target.js';
import { readPage } from './page.js';
import { chooseSeries, parsePrometheusPage, passedOverText } from './prometheus-page.js';
import { replicaReading } from './replica-count.js';

/** A longer page of metrics is not read. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 2000;
/** Series are chosen page by page; those that come up later (a tool's first call) find this much room in all. */
const MAX_KEPT = 60;

/** Reads the Prometheus page of the target. A series that was kept once stays kept. */
export class MetricsSampler {
  readonly #kept = new Set<string>();
  #leftOut: readonly string[] = [];
  #passedOver: string | undefined;

  constructor(
    readonly url: string,
    readonly tls?: TlsMaterial,
    /** Gauge that counts the replicas of the target; absent: a well-known one. */
    readonly replicas?: string,
  ) {}

  /** Series that count and were left out of the last page because there are too many. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** What of the last page is no sample, in words; undefined where all of it was understood. */
  get passedOver(): string | undefined {
    return this.#passedOver;
  }

  /** One reading. @throws Error with a sentence when the page cannot be read */
  async sample(t: number, signal?: AbortSignal): Promise<MetricsEntry> {
    const { status, text } = await readPage(this.url, {
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_PAGE_BYTES,
      ...(signal === undefined ? {} : { signal }),
      ...(this.tls === undefined ? {} : { tls: this.tls }),
    });
    if (status !== 200) throw new Error(`status ${status}`);
    const page = parsePrometheusPage(text);
    const { samples } = page;
    this.#passedOver = passedOverText(page);
    const chosen = chooseSeries(samples);
    for (const series of chosen.kept) if (this.#kept.size < MAX_KEPT) this.#kept.add(series);
    this.#leftOut = [...chosen.kept, ...chosen.leftOut].filter((series) => !this.#kept.has(series));
    const read = new Map(samples.map(({ series, value }) => [series, value]));
    const ordered = new Set([...chosen.kept.filter((series) => this.#kept.has(series)), ...this.#kept]);
    const values: Record<string, number> = {};
    for (const series of ordered) {
      const value = read.get(series);
      if (value !== undefined && Number.isFinite(value)) values[series] = value;
    }
    const replicas = replicaReading(samples, this.replicas);
    return { type: 'metrics', t, values, ...(replicas !== undefined && 'count' in replicas ? { replicas: replicas.count } : {}) };
  }
}
