import { IntervalRecorder } from '../journal/interval-recorder.js';
import type { SampleEntry } from '../journal/journal-entry.js';
import type { CellSecond, GeneratorSecond, SecondEntry } from '../journal/second-entry.js';
import { CellCounts } from './cell-counts.js';
import { GapKeeper } from './noise/gap-keeper.js';
import type { SlowKeeper } from './noise/slow-keeper.js';
import { SampleKeeper } from './sample-keeper.js';

/** State of the thread in the second that ends; counters as differences. */
export type ThreadReading = Omit<GeneratorSecond, 'lateness' | 'gaps' | 'inFlightAt'>;

/** What a load thread's second is closed with. */
export interface SecondClose {
  /** Milliseconds from the start of the first phase. */
  readonly endMs: number;
  /** Mean number of calls in flight. */
  readonly inFlight: number;
  readonly inFlightAt: readonly number[];
  readonly thread: ThreadReading;
}

/**
 * What one load thread counts. One second is open at a time; closing it hands the counts over and starts the next. The counters of a
 * cell are lent to it for a second, so memory depends on the cells of one second and not on the length of the run.
 */
export class DriveRecorder {
  readonly lateness = new IntervalRecorder();
  readonly samples = new SampleKeeper();
  readonly gaps = new GapKeeper();
  readonly slow: SlowKeeper;
  readonly #worker: number;
  readonly #open: (CellCounts | undefined)[] = [];
  readonly #used: number[] = [];
  readonly #spare: CellCounts[] = [];
  #second = 0;

  constructor(worker: number, slow: SlowKeeper) {
    this.#worker = worker;
    this.slow = slow;
  }

  /** The second that is open, whole seconds from the start of the first phase. */
  get second(): number {
    return this.#second;
  }

  /** Counters of a cell in the open second. */
  cell(id: number): CellCounts {
    const counts = this.#open[id];
    if (counts !== undefined) return counts;
    const fresh = this.#spare.pop() ?? new CellCounts();
    this.#open[id] = fresh;
    this.#used.push(id);
    return fresh;
  }

  /** Ends the open second and opens the next. */
  closeSecond({ endMs, inFlight, inFlightAt, thread }: SecondClose): {
    readonly second: SecondEntry;
    readonly samples: readonly SampleEntry[];
  } {
    const cells: CellSecond[] = [];
    for (const id of this.#used) {
      const counts = this.#open[id] as CellCounts;
      cells.push(counts.take(id));
      this.#open[id] = undefined;
      this.#spare.push(counts);
    }
    this.#used.length = 0;
    const lateness = this.lateness.take();
    const gaps = this.gaps.take(endMs);
    const second: SecondEntry = {
      type: 'second',
      t: this.#second,
      worker: this.#worker,
      inFlight,
      generator: {
        ...thread,
        ...(lateness === undefined ? {} : { lateness }),
        ...(gaps.length === 0 ? {} : { gaps }),
        inFlightAt,
      },
      cells,
      ...this.slow.take(),
    };
    this.#second += 1;
    return { second, samples: this.samples.take() };
  }
}
