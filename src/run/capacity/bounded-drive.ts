import { smallestJudgedLimitUs } from '../../analysis/smallest-limit.js';
import type { EnvironmentDrive } from '../../environment/environment.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { TrafficKind } from '../../journal/sessions-entry.js';
import type { DriveWatch } from '../../load/live-tally.js';
import type { DriveEnd } from '../../load/load-engine.js';
import type { Segment } from '../../scenario/plan/segment.js';
import type { Scenario } from '../../scenario/scenario.js';
import { onAborted } from '../on-aborted.js';
import type { SearchContext } from './search-context.js';

export interface BoundedDriveOrder<Why> {
  readonly what: TrafficKind;
  readonly scenario: Scenario;
  readonly timeline: readonly Segment[];
  /** Its segment in the report. */
  readonly segment: number;
  /** Milliseconds until everything has to be over. */
  readonly leftMs: () => number;
  readonly watch?: DriveWatch;
  /** Told of each entry, with `t` in seconds since the start of the drive. @returns what the journal keeps of it */
  hear(entry: JournalEntry): JournalEntry | undefined;
  /** It is ended early, `atS` seconds since its start. */
  onEnd(why: Why | 'stopped' | 'deadline', atS: number): void;
}

/** Kept free at a deadline, milliseconds. */
export const SPARE_MS = 300;
/** Error samples of one drive that the journal keeps. */
const SAMPLES = 5;

/** One drive of a search: over at its deadline, ended with everything else, its entries in the journal by the clock of the whole. */
export class BoundedDrive<Why extends string> {
  /** When it started, seconds since the start of the search. */
  readonly startT: number;
  readonly #context: Pick<SearchContext, 'write' | 'ended'>;
  readonly #order: BoundedDriveOrder<Why>;
  readonly #drive: EnvironmentDrive;
  #over = false;
  #samples = 0;

  constructor(context: Pick<SearchContext, 'drives' | 'write' | 'nowS' | 'ended'>, order: BoundedDriveOrder<Why>) {
    this.#context = context;
    this.#order = order;
    const { what, scenario, timeline, watch } = order;
    this.#drive = context.drives(what).drive(scenario, timeline, (entry) => this.#keep(order.hear(entry)), {
      keepAboveUs: smallestJudgedLimitUs(scenario.slo),
      ...(watch === undefined ? {} : { watch }),
    });
    this.startT = context.nowS() - this.#drive.nowS();
  }

  /** Seconds since it started. */
  get tookS(): number {
    return this.#drive.nowS();
  }

  /** Ends the load early: the first reason stands. */
  end(why: Why | 'stopped' | 'deadline'): void {
    if (this.#over) return;
    this.#over = true;
    this.#order.onEnd(why, this.tookS);
    this.#drive.stop(why === 'deadline' ? 'at once' : 'drain', 'stopped');
  }

  async ended(): Promise<DriveEnd> {
    const off = onAborted(this.#context.ended, () => this.end('stopped'));
    const guard = setTimeout(() => this.end('deadline'), Math.max(0, this.#order.leftMs()));
    try {
      return await this.#drive.ended;
    } finally {
      clearTimeout(guard);
      off();
    }
  }

  #keep(entry: JournalEntry | undefined): void {
    if (entry === undefined || entry.type === 'second' || entry.type === 'cell' || entry.type === 'delay') return;
    if (entry.type === 'sample' && (entry.kind !== 'error' || this.#samples++ >= SAMPLES)) return;
    const timed = 't' in entry ? { ...entry, t: this.startT + entry.t } : entry;
    this.#context.write(timed.type === 'sample' ? { ...timed, segment: this.#order.segment } : timed);
  }
}
