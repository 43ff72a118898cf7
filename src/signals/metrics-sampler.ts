import { request } from 'undici';
import type { MetricsEntry } from '../measure/journal-entry.js';
import { chooseSeries, parsePrometheusPage } from './prometheus-page.js';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 1000;

/** Reads the Prometheus page of the target. Series are chosen at the first page on which they appear, so that each keeps its name. */
export class MetricsSampler {
  #kept: Set<string> = new Set();
  #leftOut = 0;

  constructor(readonly url: string) {}

  /** Series that count and were left out because there are too many. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** One reading; undefined when the page cannot be read. */
  async sample(t: number): Promise<MetricsEntry | undefined> {
    const { statusCode, body } = await request(this.url, {
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(2 * TIMEOUT_MS),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_PAGE_BYTES) return undefined;
      chunks.push(chunk);
    }
    if (statusCode !== 200) return undefined;
    const samples = parsePrometheusPage(Buffer.concat(chunks).toString('utf8'));
    const chosen = chooseSeries(samples);
    this.#leftOut = chosen.leftOut;
    // A tool's series first appears when it is first called; what was kept once stays kept.
    for (const series of chosen.kept) if (this.#kept.size < 60) this.#kept.add(series);
    const values = Object.fromEntries(
      samples.flatMap(({ series, value }) =>
        this.#kept.has(series) && Number.isFinite(value) ? [[series, value] as const] : [],
      ),
    );
    return { type: 'metrics', t, values };
  }
}
