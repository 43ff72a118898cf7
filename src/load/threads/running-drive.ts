import type { PlimsollError } from '../../errors/plimsoll-error.js';
import type { CellTable } from '../cell-table.js';
import type { DriveEnd, DriveEntry } from '../load-engine.js';
import { counterSum } from './counter-sum.js';
import type { ThreadReport } from './thread-messages.js';

type Report<T extends ThreadReport['type']> = Extract<ThreadReport, { readonly type: T }>;

/** Ends of server processes that are told one by one; those beyond are counted. */
const TOLD_ENDS = 20;

export interface RunningDriveParts {
  /** Load threads that take part. */
  readonly threads: number;
  readonly cells: CellTable;
  /** `process.hrtime` at the start of the first phase. */
  readonly originNs: bigint;
  readonly onEntry: (entry: DriveEntry) => void;
}

/** One drive as its threads report it: entries in the order of the journal, and its end when the last thread has ended. */
export class RunningDrive {
  /** Rejects with a PlimsollError when a thread broke. */
  readonly ended: Promise<DriveEnd>;
  readonly #parts: RunningDriveParts;
  readonly #named = new Set<number>();
  readonly #ends: Report<'ended'>[] = [];
  #reason: DriveEnd['reason'] = 'completed';
  #processEnds = 0;
  #resolve: (end: DriveEnd) => void = () => undefined;
  #reject: (error: PlimsollError) => void = () => undefined;

  constructor(parts: RunningDriveParts) {
    this.#parts = parts;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The first reason stays. */
  stopped(why: DriveEnd['reason']): void {
    if (this.#reason === 'completed') this.#reason = why;
  }

  addSecond({ second, samples }: Report<'second'>): void {
    const { cells, onEntry } = this.#parts;
    for (const { cell } of second.cells) {
      if (this.#named.has(cell)) continue;
      this.#named.add(cell);
      onEntry(cells.entry(cell));
    }
    onEntry(second);
    for (const sample of samples) onEntry(sample);
  }

  addProcessEnd(text: string): void {
    this.#processEnds += 1;
    if (this.#processEnds > TOLD_ENDS) return;
    const more = this.#processEnds === TOLD_ENDS ? '; further ones are not listed' : '';
    const t = Math.max(0, Number(process.hrtime.bigint() - this.#parts.originNs) / 1e9);
    this.#parts.onEntry({ type: 'note', t, level: 'warning', code: 'server-process-ended', text: `${text}${more}` });
  }

  /** @returns whether that was the last thread. */
  addEnd(report: Report<'ended'>): boolean {
    this.#ends.push(report);
    if (this.#ends.length < this.#parts.threads) return false;
    const endedS = Math.max(...this.#ends.map((end) => end.endedS));
    this.#resolve({ reason: this.#reason, endedS, counters: this.#ends.map(({ counters }) => counters).reduce(counterSum) });
    return true;
  }

  break(error: PlimsollError): void {
    this.#reject(error);
  }
}
