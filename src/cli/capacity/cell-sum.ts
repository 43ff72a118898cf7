import type { OutcomeClass } from '../../mcp/outcome.js';
import { LatencyHistogram } from '../../measure/latency-histogram.js';
import type { CellSecond } from '../../measure/second-entry.js';
import type { TrialCell } from '../../measure/trial-entry.js';

const COUNTERS = [
  'offered',
  'started',
  'ok',
  'failed',
  'dropped',
  'droppedByGenerator',
  'unfinished',
  'retries',
  'bytesSent',
  'bytesReceived',
] as const;
const HISTOGRAMS = ['response', 'service', 'firstByte', 'failedResponse'] as const;

/** The seconds of one cell added together, in the form in which a journal keeps them. */
export class CellSum {
  readonly #counts = new Map<(typeof COUNTERS)[number], number>();
  readonly #errors = new Map<OutcomeClass, number>();
  readonly #histograms = new Map<(typeof HISTOGRAMS)[number], LatencyHistogram>();

  constructor(
    readonly tool: string,
    readonly endpoint: string,
  ) {}

  /** Response times of answered successes. */
  get response(): LatencyHistogram | undefined {
    return this.#histograms.get('response');
  }

  count(name: (typeof COUNTERS)[number]): number {
    return this.#counts.get(name) ?? 0;
  }

  errors(): ReadonlyMap<OutcomeClass, number> {
    return this.#errors;
  }

  add(second: CellSecond): void {
    for (const name of COUNTERS) {
      const more = second[name];
      if (more !== undefined) this.#counts.set(name, this.count(name) + more);
    }
    for (const [name, more] of Object.entries(second.errors ?? {})) {
      this.#errors.set(name as OutcomeClass, (this.#errors.get(name as OutcomeClass) ?? 0) + more);
    }
    for (const name of HISTOGRAMS) {
      const interval = second[name];
      if (interval === undefined) continue;
      const histogram = this.#histograms.get(name) ?? new LatencyHistogram();
      this.#histograms.set(name, histogram);
      histogram.addInterval(interval);
    }
  }

  toCell(): TrialCell {
    const counts = [...this.#counts].filter(([, count]) => count !== 0);
    const histograms = [...this.#histograms].flatMap(([name, histogram]) => {
      const interval = histogram.toInterval();
      return interval === undefined ? [] : [[name, interval] as const];
    });
    return {
      tool: this.tool,
      endpoint: this.endpoint,
      ...Object.fromEntries(counts),
      ...(this.#errors.size === 0 ? {} : { errors: Object.fromEntries(this.#errors) }),
      ...Object.fromEntries(histograms),
    };
  }
}
