import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { SecondEntry } from '../journal/second-entry.js';
import type { HealthEntry, HostEntry, MetricsEntry, ProcessEntry } from '../journal/signal-entry.js';
import { unansweredIn } from '../journal/unanswered.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import { DefaultMap } from './default-map.js';
import type { Series } from './series.js';

/** At most this many points a series: more cannot be seen, and would swell the report. */
export const MAX_POINTS = 600;

interface Bucket {
  offered: number;
  started: number;
  completed: number;
  ok: number;
  failed: number;
  dropped: number;
  unanswered: number;
  /** Sum over workers of the mean in flight, second by second. */
  inFlightSum: number;
  readonly seconds: Set<number>;
  readonly response: LatencyHistogram;
  readonly service: LatencyHistogram;
  lateness?: LatencyHistogram;
  readonly errors: Map<OutcomeClass, number>;
}

/** Mean of what came into a bucket, or its last value. */
class Gauge {
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];
  readonly #lasts: number[] = [];
  add(bucket: number, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    this.#sums[bucket] = (this.#sums[bucket] ?? 0) + value;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#lasts[bucket] = value;
  }
  means(length: number): (number | null)[] {
    return Array.from({ length }, (_, i) =>
      this.#counts[i] === undefined ? null : (this.#sums[i] as number) / (this.#counts[i] as number),
    );
  }
  lasts(length: number): (number | null)[] {
    return Array.from({ length }, (_, i) => this.#lasts[i] ?? null);
  }
}

/** Builds the time series of a report: seconds are put into at most 600 buckets by adding counts, so a percentile is one of all its calls. */
export class SeriesBuilder {
  readonly #stepS: number;
  readonly #buckets: Bucket[] = [];
  readonly #generatorCores = new Gauge();
  readonly #hostBusy = new Gauge();
  readonly #processCores = new Gauge();
  readonly #processRss = new Gauge();
  readonly #processThreads = new Gauge();
  readonly #processDescriptors = new Gauge();
  readonly #metrics = new DefaultMap<string, Gauge>(() => new Gauge());
  readonly #health: { live: (0 | 1)[]; ready: (0 | 1)[] } = { live: [], ready: [] };

  /** @param expectedS planned length of the run with its drain; what comes later goes into the last bucket of the 600. */
  constructor(expectedS: number) {
    this.#stepS = Math.max(1, Math.ceil(expectedS / MAX_POINTS));
  }

  addSecond(entry: SecondEntry): void {
    const bucket = this.#at(entry.t);
    bucket.seconds.add(entry.t);
    bucket.inFlightSum += entry.inFlight;
    if (entry.generator.lateness !== undefined) {
      bucket.lateness ??= new LatencyHistogram();
      bucket.lateness.addInterval(entry.generator.lateness);
    }
    for (const cell of entry.cells) {
      bucket.offered += cell.offered ?? 0;
      bucket.started += cell.started ?? 0;
      bucket.ok += cell.ok ?? 0;
      bucket.failed += cell.failed ?? 0;
      bucket.completed += (cell.ok ?? 0) + (cell.failed ?? 0);
      bucket.dropped += cell.dropped ?? 0;
      bucket.unanswered += unansweredIn(cell);
      if (cell.response !== undefined) bucket.response.addInterval(cell.response);
      if (cell.service !== undefined) bucket.service.addInterval(cell.service);
      this.#countError(bucket, 'dropped', cell.dropped);
      this.#countError(bucket, 'unfinished', cell.unfinished);
      this.#countError(bucket, 'dropped-by-generator', cell.droppedByGenerator);
      if (cell.errors === undefined) continue;
      for (const [name, count] of Object.entries(cell.errors)) this.#countError(bucket, name as OutcomeClass, count);
    }
  }

  addHost(entry: HostEntry): void {
    this.#generatorCores.add(this.#index(entry.t), entry.generatorCores);
    this.#hostBusy.add(this.#index(entry.t), entry.busy);
  }

  addProcess(entry: ProcessEntry): void {
    const index = this.#index(entry.t);
    this.#processCores.add(index, entry.cpuCores);
    this.#processRss.add(index, entry.rssBytes);
    this.#processThreads.add(index, entry.threads);
    this.#processDescriptors.add(index, entry.descriptors);
  }

  addMetrics(entry: MetricsEntry): void {
    for (const [name, value] of Object.entries(entry.values)) this.#metrics.of(name).add(this.#index(entry.t), value);
  }

  addHealth(entry: HealthEntry): void {
    const states = this.#health[entry.probe];
    const index = this.#index(entry.t);
    // One failed probe marks its bucket: an outage must not vanish in a wide one.
    states[index] = entry.ok && states[index] !== 0 ? 1 : 0;
  }

  build(): Series {
    const length = this.#buckets.length;
    const buckets = Array.from({ length }, (_, i) => this.#at(i * this.#stepS));
    const rate = (count: number, { seconds }: Bucket): number => count / Math.max(1, seconds.size);
    const quantiles = (pick: (bucket: Bucket) => LatencyHistogram, quantile: number): (number | null)[] =>
      buckets.map((bucket) => pick(bucket).percentile(quantile, bucket.unanswered) ?? null);
    const latency = (pick: (bucket: Bucket) => LatencyHistogram) => ({
      p50: quantiles(pick, 0.5),
      p95: quantiles(pick, 0.95),
      p99: quantiles(pick, 0.99),
    });
    const classes = new Set(buckets.flatMap(({ errors }) => [...errors.keys()]));
    return {
      t: buckets.map((_, i) => i * this.#stepS),
      stepS: this.#stepS,
      offeredPerS: buckets.map((b) => rate(b.offered, b)),
      startedPerS: buckets.map((b) => rate(b.started, b)),
      completedPerS: buckets.map((b) => rate(b.completed, b)),
      okPerS: buckets.map((b) => rate(b.ok, b)),
      failedPerS: buckets.map((b) => rate(b.failed, b)),
      droppedPerS: buckets.map((b) => rate(b.dropped, b)),
      inFlight: buckets.map((b) => rate(b.inFlightSum, b)),
      response: latency((b) => b.response),
      service: latency((b) => b.service),
      errorsPerS: Object.fromEntries([...classes].map((name) => [name, buckets.map((b) => rate(b.errors.get(name) ?? 0, b))])),
      latenessP99Us: buckets.map((b) => b.lateness?.percentile(0.99) ?? null),
      generatorCores: this.#generatorCores.means(length),
      hostBusy: this.#hostBusy.means(length),
      processCores: this.#processCores.means(length),
      processRssBytes: this.#processRss.means(length),
      processThreads: this.#processThreads.means(length),
      processDescriptors: this.#processDescriptors.means(length),
      health: Object.fromEntries(
        (['live', 'ready'] as const)
          .filter((probe) => this.#health[probe].length > 0)
          .map((probe) => [probe, Array.from({ length }, (_, i) => this.#health[probe][i] ?? null)]),
      ),
      metrics: Object.fromEntries([...this.#metrics].map(([name, gauge]) => [name, gauge.lasts(length)])),
    };
  }

  #countError(bucket: Bucket, name: OutcomeClass, count: number | undefined): void {
    if (count !== undefined && count > 0) bucket.errors.set(name, (bucket.errors.get(name) ?? 0) + count);
  }

  #index(t: number): number {
    return Math.min(MAX_POINTS - 1, Math.max(0, Math.floor(t / this.#stepS)));
  }

  #at(t: number): Bucket {
    const index = this.#index(t);
    for (let next = this.#buckets.length; next <= index; next++) {
      this.#buckets.push({
        offered: 0,
        started: 0,
        completed: 0,
        ok: 0,
        failed: 0,
        dropped: 0,
        unanswered: 0,
        inFlightSum: 0,
        seconds: new Set(),
        response: new LatencyHistogram(),
        service: new LatencyHistogram(),
        errors: new Map(),
      });
    }
    return this.#buckets[index] as Bucket;
  }
}
