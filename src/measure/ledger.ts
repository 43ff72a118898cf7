import type { Segment } from '../load/segment.js';
import type { OutcomeClass } from '../mcp/outcome.js';
import { EventTally } from './event-tally.js';
import type { Exemplar } from './exemplar.js';
import { HealthTally } from './health-figures.js';
import type { EndEntry, JournalEntry, NoteEntry } from './journal-entry.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from './recovery-entry.js';
import { ResilienceTally } from './resilience/resilience-tally.js';
import { SampleShelf } from './sample-shelf.js';
import { SaturationTally } from './saturation.js';
import type { CellEntry, IntervalHistogram, SecondEntry } from './second-entry.js';
import { segmentOfSecond } from './segment-lookup.js';
import { SeriesBuilder } from './series-builder.js';
import type { StartEntry } from './start-entry.js';
import { StreamTally } from './stream-tally.js';
import { type ErrorEvidence, Tally } from './tally.js';
import type { ResourcesEntry, SearchEntry, SweepEntry, TrialCell, TrialEntry } from './trial-entry.js';
import { ValidityTally } from './validity.js';

/** The account of one cell. */
export interface Book {
  readonly cell: CellEntry;
  readonly tally: Tally;
  readonly firstErrorS: Map<OutcomeClass, number>;
}

/** The journal added up: one book a cell, and beside them series, health, saturation and the state of the generator. */
export class Ledger {
  readonly #timeline: Segment[];
  readonly series: SeriesBuilder;
  readonly saturation = new SaturationTally();
  readonly faults: ResilienceTally;
  readonly events: EventTally;
  readonly validity = new ValidityTally();
  readonly notes: NoteEntry[] = [];
  readonly connections = { opened: 0, reused: 0 };
  readonly streams = new StreamTally();
  readonly trials: TrialEntry[] = [];
  readonly searches: SearchEntry[] = [];
  readonly sweep: SweepEntry[] = [];
  readonly recoveryLevels: RecoveryLevelEntry[] = [];
  readonly recoverySearches: RecoverySearchEntry[] = [];
  resources: ResourcesEntry | undefined;
  end: EndEntry | undefined;
  readonly #books = new Map<number, Book>();
  /** Books of each trial and each level. */
  readonly #stretches = new Map<number, readonly Book[]>();
  readonly #health = new Map<string, HealthTally>();
  readonly #segmentValidity = new Map<number, ValidityTally>();
  readonly #shelf: SampleShelf;
  #lastS = 0;
  #lastOfferedS = 0;

  constructor(readonly start: StartEntry) {
    this.#timeline = [...start.timeline];
    // A capacity search holds faults of its own and leaves the scenario's schedule aside.
    this.faults = new ResilienceTally(
      start.capacity === undefined ? start : { ...start, scenario: { ...start.scenario, faults: [] } },
    );
    this.events = new EventTally(start);
    const warmUps = new Set(start.timeline.flatMap(({ id, kind }) => (kind === 'warm-up' ? [id] : [])));
    this.#shelf = new SampleShelf((segment) => warmUps.has(segment));
    const { capacity } = start;
    const searchS =
      capacity === undefined ? 0 : (capacity.plan.budgetS + (capacity.recovery?.budgetS ?? 0)) * capacity.entries.length;
    const plannedS = Math.max(searchS, ...start.timeline.map(({ endS }) => endS));
    this.series = new SeriesBuilder(plannedS + 10);
  }

  /** Segments in order: those of the plan, or one for each trial. */
  get timeline(): readonly Segment[] {
    return this.#timeline;
  }
  get books(): readonly Book[] {
    return [...this.#books.values()];
  }
  get health(): readonly HealthTally[] {
    return [...this.#health.values()];
  }

  /** Seconds from the start of the first phase to the end of the journal. */
  get endedS(): number {
    return this.end?.t ?? this.#lastS;
  }

  /** When arrivals ended: the plan's end, or earlier when the run was stopped or cut. */
  get loadEndedS(): number {
    if (this.end?.reason === 'completed') return Number.POSITIVE_INFINITY;
    const stopped = this.end === undefined ? undefined : this.notes.find(({ code }) => code === this.end?.reason);
    return stopped?.t ?? this.#lastOfferedS;
  }

  /** What the generator did in the seconds of a segment. */
  validityOf(segment: number): ValidityTally {
    let tally = this.#segmentValidity.get(segment);
    if (tally === undefined) {
      tally = new ValidityTally();
      this.#segmentValidity.set(segment, tally);
    }
    return tally;
  }

  add(entry: JournalEntry): void {
    this.faults.add(entry);
    switch (entry.type) {
      case 'start':
        return;
      case 'cell':
        this.#books.set(entry.id, { cell: entry, tally: new Tally(), firstErrorS: new Map() });
        return;
      case 'second':
        this.#addSecond(entry);
        return;
      case 'host': {
        this.series.addHost(entry);
        this.saturation.addHost(entry);
        const segment = segmentOfSecond(this.timeline, entry.t);
        if (segment !== undefined) this.validityOf(segment.id).addHost(entry);
        if (segment !== undefined && segment.kind !== 'warm-up') this.validity.addHost(entry);
        return;
      }
      case 'health': {
        this.series.addHealth(entry);
        const tally = this.#health.get(entry.probe) ?? new HealthTally(entry.probe);
        this.#health.set(entry.probe, tally);
        tally.add(entry);
        return;
      }
      case 'process': {
        this.series.addProcess(entry);
        this.saturation.addProcess(entry);
        // A reading tells of the second before it.
        const segment = segmentOfSecond(this.timeline, Math.max(0, Math.floor(entry.t - 0.5)));
        if (segment !== undefined) this.validityOf(segment.id).addProcess(entry);
        return;
      }
      case 'metrics':
        this.series.addMetrics(entry);
        this.saturation.addMetrics(entry);
        return;
      case 'sample':
        this.#shelf.add(entry);
        return;
      case 'note':
        this.notes.push(entry);
        return;
      case 'fault':
      case 'proxy':
        // Only the resilience figures read these.
        return;
      case 'event':
        this.events.add(entry);
        return;
      case 'trial':
        this.#addTrial(entry);
        return;
      case 'search':
        this.searches.push(entry);
        return;
      case 'resources':
        this.resources = entry;
        return;
      case 'sweep':
        this.sweep.push(entry);
        this.#lastS = Math.max(this.#lastS, entry.t + entry.settleS + entry.measuredS);
        return;
      case 'recovery-level':
        this.#addLevel(entry);
        return;
      case 'recovery-search':
        this.recoverySearches.push(entry);
        return;
      case 'end':
        this.end = entry;
        return;
      default:
        // A type of entry that is new has to be thought of here.
        entry satisfies never;
    }
  }

  /** First time and first words of each class of error in some books. */
  evidenceOf(books: readonly Book[]): ErrorEvidence {
    const evidence = new Map<OutcomeClass, { firstAtS: number; sample?: string }>();
    for (const { cell, firstErrorS } of books) {
      for (const [name, t] of firstErrorS) {
        const known = evidence.get(name);
        const sample = known?.sample ?? this.#shelf.textOf(name, cell.tool, cell.segment);
        evidence.set(name, { firstAtS: Math.min(t, known?.firstAtS ?? t), ...(sample === undefined ? {} : { sample }) });
      }
    }
    return evidence;
  }

  /** Samples kept: a few of each class of error first, then the slowest calls. */
  get exemplars(): readonly Exemplar[] {
    const nameOf = (id: number): string => this.timeline.find((segment) => segment.id === id)?.name ?? String(id);
    return this.#shelf.exemplars(nameOf);
  }

  /** A trial is a segment of its own, with the figures of its measured window. */
  #addTrial(entry: TrialEntry): void {
    const id = this.#timeline.length;
    const startS = entry.t + entry.settleS;
    const endS = startS + entry.measuredS;
    const name = `${this.trials.length + 1} ${entry.under}: ${entry.purpose} at ${Number(entry.offeredRate.toPrecision(4))}/s`;
    const kind = entry.purpose === 'warm-up' ? 'warm-up' : entry.under === 'none' ? 'steady' : 'fault';
    this.trials.push(entry);
    this.#timeline.push({ id, name, phase: name, kind, startS, endS, faults: [] });
    this.#lastS = Math.max(this.#lastS, entry.t + entry.tookS);
    this.#lastOfferedS = Math.max(this.#lastOfferedS, endS);
    this.#addLateness(id, kind, entry.lateness);
    for (const { startS: fromS, cells } of entry.blocks) this.#addCells(id, startS + fromS, cells);
  }

  /** A load held around a fault is a segment of its own too. */
  #addLevel(entry: RecoveryLevelEntry): void {
    const id = this.#timeline.length;
    const name = `recovery under ${entry.under} at ${Number(entry.offeredRate.toPrecision(4))}/s`;
    const endS = entry.t + entry.loadEndS;
    this.recoveryLevels.push(entry);
    this.#timeline.push({ id, name, phase: name, kind: 'fault', startS: entry.t, endS, faults: [] });
    this.#lastS = Math.max(this.#lastS, entry.t + entry.tookS);
    this.#lastOfferedS = Math.max(this.#lastOfferedS, endS);
    this.#addLateness(id, 'fault', entry.lateness);
    for (const { t, cells } of entry.seconds) this.#addCells(id, entry.t + t, cells);
  }

  #addLateness(id: number, kind: Segment['kind'], lateness: IntervalHistogram | undefined): void {
    if (lateness === undefined) return;
    this.validityOf(id).addGenerator({ lateness }, 0);
    if (kind !== 'warm-up') this.validity.addGenerator({ lateness }, 0);
  }

  /** Calls of one tool at one endpoint in a trial or a level make one book. */
  #bookOf(segment: number, tool: string, endpoint: string): Book {
    const own = this.#stretches.get(segment) ?? [];
    const known = own.find(({ cell }) => cell.tool === tool && cell.endpoint === endpoint);
    if (known !== undefined) return known;
    const cell: CellEntry = { type: 'cell', id: this.#books.size, tool, endpoint, segment };
    const book: Book = { cell, tally: new Tally(), firstErrorS: new Map() };
    this.#books.set(cell.id, book);
    this.#stretches.set(segment, [...own, book]);
    return book;
  }

  #addCells(segment: number, fromS: number, cells: readonly TrialCell[]): void {
    for (const { tool, endpoint, ...second } of cells) {
      const book = this.#bookOf(segment, tool, endpoint);
      const cell = book.cell.id;
      book.tally.addSecond({ ...second, cell });
      noteErrors(book, fromS, { ...second, cell });
    }
  }

  #addSecond(entry: SecondEntry): void {
    if (!Number.isSafeInteger(entry.t) || entry.t < 0) throw new TypeError(`t is no second of a run: ${JSON.stringify(entry.t)}`);
    this.#lastS = Math.max(this.#lastS, entry.t + 1);
    this.connections.opened += entry.generator.connectionsOpened ?? 0;
    this.connections.reused += entry.generator.connectionsReused ?? 0;
    this.streams.add(entry.worker, entry.generator);
    const segment = segmentOfSecond(this.timeline, entry.t);
    if (segment !== undefined) this.validityOf(segment.id).addGenerator(entry.generator, entry.worker);
    if (segment !== undefined && segment.kind !== 'warm-up') this.validity.addGenerator(entry.generator, entry.worker);
    for (const cell of entry.cells) {
      const book = this.#books.get(cell.cell);
      if (book === undefined) throw new TypeError(`cell ${cell.cell} was never named`);
      book.tally.addSecond(cell);
      if ((cell.offered ?? 0) > 0) this.#lastOfferedS = Math.max(this.#lastOfferedS, entry.t + 1);
      noteErrors(book, entry.t, cell);
    }
    this.series.addSecond(entry);
    this.events.addSecond(entry);
  }
}

function noteErrors({ firstErrorS }: Book, t: number, cell: SecondEntry['cells'][number]): void {
  const note = (name: OutcomeClass, count: number | undefined): void => {
    if (count !== undefined && count > 0 && t < (firstErrorS.get(name) ?? Number.POSITIVE_INFINITY)) firstErrorS.set(name, t);
  };
  note('dropped', cell.dropped);
  note('dropped-by-generator', cell.droppedByGenerator);
  note('unfinished', cell.unfinished);
  if (cell.errors === undefined) return;
  for (const [name, count] of Object.entries(cell.errors)) note(name as OutcomeClass, count);
}
