import { DefaultMap } from '../../analysis/default-map.js';
import { Tally } from '../../analysis/tally.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { CellEntry, SecondEntry } from '../../journal/second-entry.js';
import type { TrialBlock, TrialEntry } from '../../journal/trial-entry.js';
import type { Segment } from '../../scenario/plan/segment.js';
import type { MeasuredCells } from './trial-noise-recorder.js';
import { TrialReadings } from './trial-readings.js';

/** Calls of a trial that a rule counts: all, or those of one tool. */
export interface Scope {
  readonly tool?: string;
}

/** Adds up the entries of one drive with a settle and a measured window in blocks. Pure. */
export class TrialRecorder {
  readonly #settleS: number;
  readonly #timeline: readonly Segment[];
  readonly #cells = new Map<number, CellEntry>();
  readonly #sums = new DefaultMap<number, Tally>(() => new Tally());
  readonly #inFlight = new Map<number, number>();
  readonly #lateness = new LatencyHistogram();
  readonly #readings = new TrialReadings((atS) => atS >= this.#settleS && atS < this.#endS);
  #endS: number;
  #completed = 0;
  #succeeded = 0;
  #lastS = 0;

  /** @param timeline of `trialTimeline` */
  constructor(timeline: readonly Segment[]) {
    this.#timeline = timeline;
    const [first] = timeline;
    this.#settleS = first?.kind === 'warm-up' ? first.endS : 0;
    this.#endS = timeline.at(-1)?.endS ?? 0;
  }

  add(entry: JournalEntry): void {
    switch (entry.type) {
      case 'cell':
        this.#cells.set(entry.id, entry);
        return;
      case 'second':
        this.#addSecond(entry);
        return;
      default:
        this.#readings.add(entry);
    }
  }

  /** The measured window ends at this time, seconds from the start of the settle: what was due after it never came. */
  cutAt(endS: number): void {
    this.#endS = Math.min(this.#endS, Math.max(this.#settleS, endS));
  }

  /** Seconds of the measured window. */
  get measuredS(): number {
    return this.#endS - this.#settleS;
  }

  /** Starts of the measured window that were given up because the generator was late. */
  get givenUp(): number {
    return this.#sum((sum) => sum.count('droppedByGenerator'), {});
  }

  /** End of the last second that was told of, seconds. */
  get lastS(): number {
    return this.#lastS;
  }

  /** What was counted so far of the calls that were due in the measured window, cell by cell. */
  measuredCells(): MeasuredCells {
    return new Map(
      [...this.#sums].flatMap(([id, sum]) => {
        const cell = this.#cells.get(id);
        const segment = cell === undefined ? undefined : this.#timeline[cell.segment];
        return cell === undefined || segment?.kind === 'warm-up' ? [] : [[id, { tool: cell.tool, sum }] as const];
      }),
    );
  }

  /** Calls that were not answered in time so far, of those that were due in the measured window; with `answered`, failures too. */
  overSoFar(limitUs: number, scope: Scope & { readonly answered?: true }): number {
    return this.#sum(({ response, failedResponse, unanswered }) => {
      const failures = scope.answered ? failedResponse.countAbove(limitUs) : 0;
      return response.countAbove(limitUs) + failures + unanswered;
    }, scope);
  }

  /** Calls that failed in any way so far, of those that were due in the measured window. */
  failedSoFar(scope: Scope): number {
    return this.#sum((sum) => sum.count('failed') + sum.count('dropped') + sum.count('unfinished'), scope);
  }

  /** Calls that were never answered, settle included: while there are any, nobody knows what the server is still busy with. */
  get unanswered(): number {
    return this.#sum(({ unanswered }) => unanswered, {}, true);
  }

  /** Median response time of each block that is over, microseconds; null where more than half of its calls were not answered. */
  blockMedians(): readonly (number | null)[] {
    const medians: (number | null)[] = [];
    for (const { id, kind, endS } of this.#timeline) {
      if (kind === 'warm-up' || endS > this.#lastS) continue;
      const histogram = new LatencyHistogram();
      let unanswered = 0;
      for (const [, sum] of this.#sumsOf(id)) {
        histogram.add(sum.response);
        unanswered += sum.unanswered;
      }
      medians.push(histogram.percentile(0.5, unanswered) ?? null);
    }
    return medians;
  }

  /** What the journal keeps of the trial. */
  measured(): Pick<
    TrialEntry,
    | 'replicas'
    | 'measuredS'
    | 'completed'
    | 'succeeded'
    | 'wholeS'
    | 'inFlight'
    | 'blocks'
    | 'lateness'
    | 'server'
    | 'gauges'
    | 'generatorCores'
  > {
    const lateness = this.#lateness.toInterval();
    const wholeS = Math.floor(this.#endS) - this.#settleS;
    return {
      measuredS: this.measuredS,
      completed: this.#completed,
      succeeded: this.#succeeded,
      ...(wholeS < this.measuredS ? { wholeS } : {}),
      inFlight: [...this.#inFlight].sort(([a], [b]) => a - b).flatMap(([t, value]) => (t + 1 <= this.#endS ? [value] : [])),
      blocks: this.#blocks(),
      ...(lateness === undefined ? {} : { lateness }),
      ...this.#readings.told(),
    };
  }

  #blocks(): readonly TrialBlock[] {
    return this.#timeline
      .filter(({ kind, startS }) => kind !== 'warm-up' && startS < this.#endS)
      .map(({ id, startS, endS }) => ({
        startS: startS - this.#settleS,
        endS: Math.min(endS, this.#endS) - this.#settleS,
        cells: this.#sumsOf(id).map(([{ tool, endpoint }, sum]) => ({ tool, endpoint, ...sum.toSecond() })),
      }));
  }

  #addSecond(entry: SecondEntry): void {
    this.#lastS = Math.max(this.#lastS, entry.t + 1);
    const measured = entry.t >= this.#settleS && entry.t < this.#endS;
    if (measured) {
      this.#inFlight.set(entry.t, (this.#inFlight.get(entry.t) ?? 0) + entry.inFlight);
      if (entry.generator.lateness !== undefined) this.#lateness.addInterval(entry.generator.lateness);
    }
    for (const second of entry.cells) {
      const cell = this.#cells.get(second.cell);
      if (cell === undefined) continue;
      this.#sums.of(second.cell).addSecond(second);
      if (measured) {
        this.#completed += (second.ok ?? 0) + (second.failed ?? 0);
        if (entry.t + 1 <= this.#endS) this.#succeeded += second.ok ?? 0;
      }
    }
  }

  #sumsOf(segment: number): readonly (readonly [CellEntry, Tally])[] {
    return [...this.#sums].flatMap(([id, sum]) => {
      const cell = this.#cells.get(id);
      return cell?.segment === segment ? [[cell, sum] as const] : [];
    });
  }

  #sum(countOf: (sum: Tally) => number, { tool }: Scope, withSettle = false): number {
    let total = 0;
    for (const [id, sum] of this.#sums) {
      const cell = this.#cells.get(id);
      if (tool !== undefined && cell?.tool !== tool) continue;
      if (!withSettle && this.#timeline[cell?.segment ?? 0]?.kind === 'warm-up') continue;
      total += countOf(sum);
    }
    return total;
  }
}
