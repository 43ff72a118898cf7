import type { IntervalHistogram } from '../../journal/interval-histogram.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { CellEntry, SecondEntry } from '../../journal/second-entry.js';
import { unansweredIn } from '../../journal/unanswered.js';
import type { OutcomeClass } from '../../scenario/outcome.js';
import type { Segment } from '../../scenario/plan/segment.js';

/** Microseconds; `null`: the quantile lies among unanswered calls; absent: nothing recorded yet. */
export interface LiveQuantiles {
  readonly p50?: number | null;
  readonly p95?: number | null;
  readonly p99?: number | null;
}

/** What a watcher of a run sees. Warm-up is in the rates of the last seconds and nowhere else. */
export interface LiveSnapshot {
  readonly elapsedS: number;
  readonly totalS: number;
  /** The phase that is on, or undefined once the drain has begun. */
  readonly phase?: { readonly name: string; readonly kind: string; readonly leftS: number };
  /** Over the last seconds. */
  readonly offeredPerS: number;
  readonly achievedPerS: number;
  readonly inFlight: number;
  readonly soFar: LiveQuantiles;
  readonly lately: LiveQuantiles;
  readonly latelyS: number;
  readonly offered: number;
  readonly errors: Readonly<Partial<Record<OutcomeClass, number>>>;
}

interface Second {
  offered: number;
  completed: number;
  readonly response: IntervalHistogram[];
  unanswered: number;
  readonly inFlight: Map<number, number>;
}

/** Figures for the live display, from the same entries that the journal gets. Approximate by design: the report is made from the journal. */
export class LiveFigures {
  readonly #timeline: readonly Segment[];
  readonly #latelyS: number;
  readonly #segmentOfCell = new Map<number, number>();
  readonly #recent = new Map<number, Second>();
  readonly #soFar = new LatencyHistogram();
  #soFarUnanswered = 0;
  readonly #errors: Partial<Record<OutcomeClass, number>> = {};
  #offered = 0;
  #newest = -1;

  constructor(timeline: readonly Segment[], latelyS = 5) {
    this.#timeline = timeline;
    this.#latelyS = latelyS;
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'cell') this.#addCell(entry);
    else if (entry.type === 'second') this.#addSecond(entry);
  }

  snapshot(elapsedS: number): LiveSnapshot {
    const lately = new LatencyHistogram();
    let unanswered = 0;
    let offered = 0;
    let completed = 0;
    // The newest second may still lack the share of a slower worker: it counts once the next one has begun.
    const seconds = [...this.#recent].filter(([t]) => t < this.#newest && t >= this.#newest - this.#latelyS);
    for (const [, second] of seconds) {
      offered += second.offered;
      completed += second.completed;
      unanswered += second.unanswered;
      for (const interval of second.response) lately.addInterval(interval);
    }
    const latelyS = Math.max(1, seconds.length);
    const inFlight = [...(this.#recent.get(this.#newest)?.inFlight.values() ?? [])].reduce((sum, value) => sum + value, 0);
    const phase = this.#phaseAt(elapsedS);
    return {
      elapsedS,
      totalS: this.#timeline.reduce((end, segment) => Math.max(end, segment.endS), 0),
      ...(phase === undefined ? {} : { phase }),
      offeredPerS: offered / latelyS,
      achievedPerS: completed / latelyS,
      inFlight,
      soFar: quantiles(this.#soFar, this.#soFarUnanswered),
      lately: quantiles(lately, unanswered),
      latelyS,
      offered: this.#offered,
      errors: { ...this.#errors },
    };
  }

  #addCell(entry: CellEntry): void {
    this.#segmentOfCell.set(entry.id, entry.segment);
  }

  #addSecond(entry: SecondEntry): void {
    const second: Second = this.#recent.get(entry.t) ?? {
      offered: 0,
      completed: 0,
      response: [],
      unanswered: 0,
      inFlight: new Map(),
    };
    this.#recent.set(entry.t, second);
    second.inFlight.set(entry.worker, entry.inFlight);
    for (const cell of entry.cells) {
      const unanswered = unansweredIn(cell);
      second.offered += cell.offered ?? 0;
      second.completed += (cell.ok ?? 0) + (cell.failed ?? 0);
      second.unanswered += unanswered;
      if (cell.response !== undefined) second.response.push(cell.response);
      if (this.#isWarmUp(cell.cell)) continue;
      this.#offered += cell.offered ?? 0;
      this.#soFarUnanswered += unanswered;
      if (cell.response !== undefined) this.#soFar.addInterval(cell.response);
      for (const [name, count] of Object.entries(cell.errors ?? {})) this.#countError(name as OutcomeClass, count);
      this.#countError('dropped', cell.dropped ?? 0);
      this.#countError('dropped-by-generator', cell.droppedByGenerator ?? 0);
      this.#countError('unfinished', cell.unfinished ?? 0);
    }
    this.#newest = Math.max(this.#newest, entry.t);
    for (const t of this.#recent.keys()) if (t < this.#newest - this.#latelyS) this.#recent.delete(t);
  }

  #countError(name: OutcomeClass, count: number): void {
    if (count > 0) this.#errors[name] = (this.#errors[name] ?? 0) + count;
  }

  #isWarmUp(cell: number): boolean {
    const segment = this.#segmentOfCell.get(cell);
    return this.#timeline.find(({ id }) => id === segment)?.kind === 'warm-up';
  }

  #phaseAt(elapsedS: number): LiveSnapshot['phase'] {
    const segment = this.#timeline.find(({ startS, endS, kind }) => kind !== 'edge' && elapsedS >= startS && elapsedS < endS);
    return segment && { name: segment.name, kind: segment.kind, leftS: segment.endS - elapsedS };
  }
}

/** Calls without an answer rank above every answered one. */
function quantiles(histogram: LatencyHistogram, unanswered: number): LiveQuantiles {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((quantile) => histogram.percentile(quantile, unanswered));
  return p50 === undefined || p95 === undefined || p99 === undefined ? {} : { p50, p95, p99 };
}
