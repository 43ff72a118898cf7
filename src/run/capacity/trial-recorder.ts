import type { JournalEntry } from '../../journal/journal-entry.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { CellEntry, SecondEntry } from '../../journal/second-entry.js';
import type { TrialBlock, TrialEntry } from '../../journal/trial-entry.js';
import { OUTCOMES } from '../../scenario/outcome.js';
import type { Segment } from '../../scenario/plan/segment.js';
import { CellSum } from './cell-sum.js';
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
  readonly #sums = new Map<number, CellSum>();
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

  /** Starts of the measured window that were later than a limit. */
  lateStarts(limitUs: number): number {
    return this.#lateness.countAbove(limitUs);
  }

  /** Starts that were given up because the generator was late, settle included. */
  get givenUp(): number {
    return this.#sum(({ count }) => count('droppedByGenerator'), {}, true);
  }

  /** Calls that were not answered in time so far, of those that were due in the measured window; with `answered`, failures too. */
  overSoFar(limitUs: number, scope: Scope & { readonly answered?: true }): number {
    return this.#sum(({ response, failedResponse, unanswered }) => {
      const failures = scope.answered ? (failedResponse?.countAbove(limitUs) ?? 0) : 0;
      return (response?.countAbove(limitUs) ?? 0) + failures + unanswered;
    }, scope);
  }

  /** Calls that failed in any way so far, of those that were due in the measured window. */
  failedSoFar(scope: Scope): number {
    return this.#sum(({ count }) => count('failed') + count('dropped') + count('unfinished'), scope);
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
      for (const sum of this.#sumsOf(id)) {
        if (sum.response !== undefined) histogram.add(sum.response);
        unanswered += unansweredOf(sum);
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
        cells: this.#sumsOf(id).map((sum) => sum.toCell()),
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
      let sum = this.#sums.get(second.cell);
      if (sum === undefined) {
        sum = new CellSum(cell.tool, cell.endpoint);
        this.#sums.set(second.cell, sum);
      }
      sum.add(second);
      if (measured) {
        this.#completed += (second.ok ?? 0) + (second.failed ?? 0);
        if (entry.t + 1 <= this.#endS) this.#succeeded += second.ok ?? 0;
      }
    }
  }

  #sumsOf(segment: number): readonly CellSum[] {
    return [...this.#sums].flatMap(([id, sum]) => (this.#cells.get(id)?.segment === segment ? [sum] : []));
  }

  #sum(
    countOf: (of: {
      readonly count: CellSum['count'];
      readonly response: LatencyHistogram | undefined;
      readonly failedResponse: LatencyHistogram | undefined;
      readonly unanswered: number;
    }) => number,
    { tool }: Scope,
    withSettle = false,
  ): number {
    let total = 0;
    for (const [id, sum] of this.#sums) {
      if (tool !== undefined && sum.tool !== tool) continue;
      const segment = this.#cells.get(id)?.segment ?? 0;
      if (!withSettle && this.#timeline[segment]?.kind === 'warm-up') continue;
      const { response, failedResponse } = sum;
      total += countOf({ count: (name) => sum.count(name), response, failedResponse, unanswered: unansweredOf(sum) });
    }
    return total;
  }
}

function unansweredOf(sum: CellSum): number {
  let count = sum.count('dropped') + sum.count('unfinished');
  for (const [name, times] of sum.errors()) if (!OUTCOMES[name].answered) count += times;
  return count;
}
