import type { EndEntry, JournalEntry, NoteEntry } from '../journal/journal-entry.js';
import type { PairEntry } from '../journal/pair-entry.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from '../journal/recovery-entry.js';
import type { SecondEntry } from '../journal/second-entry.js';
import type { StartEntry } from '../journal/start-entry.js';
import type { ResourcesEntry, SearchEntry, SweepEntry, TrialEntry } from '../journal/trial-entry.js';
import type { Exemplar } from '../result/exemplar.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import type { Segment } from '../scenario/plan/segment.js';
import { segmentOfSecond } from '../scenario/plan/segment-lookup.js';
import { type Book, Books } from './books.js';
import { DefaultMap } from './default-map.js';
import { EventTally } from './event-tally.js';
import { HealthTally } from './health-figures.js';
import type { EndedCalls } from './noise/ended-calls.js';
import { NoiseRecord } from './noise/noise-record.js';
import { abortInDoubt } from './resilience/abort-doubt.js';
import { ResilienceTally } from './resilience/resilience-tally.js';
import { SecondRecord } from './resilience/second-record.js';
import { SampleShelf } from './sample-shelf.js';
import { SaturationTally } from './saturation.js';
import { SeriesBuilder } from './series-builder.js';
import { SessionTally } from './session-tally.js';
import { StreamTally } from './stream-tally.js';
import { levelSegment, trialSegment } from './stretch-segment.js';
import type { ErrorEvidence } from './tally.js';
import { TrafficTally } from './traffic-tally.js';
import { ValidityTally } from './validity.js';

/** Counts of a driver that say: this machine had nothing left to connect with. */
const NEVER_LEFT: ReadonlySet<string> = new Set(['out-of-descriptors', 'out-of-ports']);

/** Seconds between the last second of a bad stretch and the stop: load threads tell of a second within the next one. */
const TOLD_AFTER_S = 2;

/**
 * The journal added up: one book a cell, and beside them series, health, saturation and the state of the generator. What each kind of
 * entry means stands in one switch, so that a new kind cannot be forgotten.
 */
export class Ledger {
  readonly #timeline: Segment[];
  readonly series: SeriesBuilder;
  readonly saturation = new SaturationTally();
  readonly faults: ResilienceTally;
  readonly events: EventTally;
  readonly validity = new ValidityTally();
  readonly noise = new NoiseRecord();
  /** What ended in each second, where an abort rule watched it. */
  readonly #ended = new SecondRecord([]);
  readonly notes: NoteEntry[] = [];
  readonly connections = { opened: 0, reused: 0 };
  readonly streams = new StreamTally();
  readonly sessions = new SessionTally();
  readonly traffic = new TrafficTally();
  readonly trials: TrialEntry[] = [];
  readonly searches: SearchEntry[] = [];
  readonly pairs: PairEntry[] = [];
  readonly sweep: SweepEntry[] = [];
  readonly recoveryLevels: RecoveryLevelEntry[] = [];
  readonly recoverySearches: RecoverySearchEntry[] = [];
  resources: ResourcesEntry | undefined;
  end: EndEntry | undefined;
  readonly #books = new Books();
  readonly #health = new Map<string, HealthTally>();
  readonly #segmentValidity = new DefaultMap<number, ValidityTally>(() => new ValidityTally());
  readonly #shelf: SampleShelf;
  #lastS = 0;
  #lastOfferedS = 0;
  /** Calls due in each second, over all cells and load threads. */
  readonly #dueIn: number[] = [];

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
    return this.#books.all;
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

  /** Calls that became due in a second. */
  readonly dueIn = (second: number): number => Math.max(0, this.#dueIn[second] ?? 0);

  /** Whether the delay of this machine may have made the failures for which the abort rule stopped the run. */
  abortInDoubt(calls: EndedCalls): boolean {
    const { abort } = this.start;
    const stoppedS = this.end?.reason === 'aborted' ? this.notes.find(({ code }) => code === 'aborted')?.t : undefined;
    if (abort === undefined || stoppedS === undefined) return false;
    const toS = Math.floor(stoppedS) - TOLD_AFTER_S + 1;
    const fromS = toS - Math.ceil(abort.forMs / 1000);
    return abortInDoubt(calls, this.#ended, abort, fromS, toS, (t) => segmentOfSecond(this.timeline, t)?.id ?? -1);
  }

  /** Calls that never left: this machine had no descriptor or port for their connection. */
  get neverLeft(): number {
    return this.notes.reduce((sum, { code, count = 0 }) => (NEVER_LEFT.has(code) ? sum + count : sum), 0);
  }

  /** What the generator did in the seconds of a segment. */
  validityOf(segment: number): ValidityTally {
    return this.#segmentValidity.of(segment);
  }

  add(entry: JournalEntry): void {
    this.faults.add(entry);
    switch (entry.type) {
      case 'start':
        return;
      case 'cell':
        this.#books.open(entry);
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
      case 'delay':
        this.noise.addDelay(entry);
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
      case 'pair':
        this.pairs.push(entry);
        this.#lastS = Math.max(this.#lastS, entry.t + entry.tookS);
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
      case 'sessions':
        this.sessions.close(entry);
        return;
      case 'traffic':
        this.sessions.addTraffic(entry);
        this.traffic.add(entry);
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
    const retried = new Map<OutcomeClass, string>();
    for (const { cell, firstErrorS, tally } of books) {
      for (const name of tally.retriedClasses) {
        const text = retried.get(name) ?? this.#shelf.textOf(name, cell.tool, cell.segment, true);
        if (text !== undefined) retried.set(name, text);
      }
      for (const [name, t] of firstErrorS) {
        const known = evidence.get(name);
        const sample = known?.sample ?? this.#shelf.textOf(name, cell.tool, cell.segment);
        evidence.set(name, { firstAtS: Math.min(t, known?.firstAtS ?? t), ...(sample === undefined ? {} : { sample }) });
      }
    }
    return { failed: evidence, retried };
  }

  /** Samples kept: a few of each class of error first, then the slowest calls. */
  get exemplars(): readonly Exemplar[] {
    const nameOf = (id: number): string => this.timeline.find((segment) => segment.id === id)?.name ?? String(id);
    return this.#shelf.exemplars(nameOf);
  }

  #addTrial(entry: TrialEntry): void {
    const segment = trialSegment(entry, this.#timeline.length, this.trials.length + 1);
    this.trials.push(entry);
    this.#addStretch(segment, entry);
    for (const { startS, cells } of entry.blocks) this.#books.addStretch(segment.id, segment.startS + startS, cells);
  }

  #addLevel(entry: RecoveryLevelEntry): void {
    const segment = levelSegment(entry, this.#timeline.length);
    this.recoveryLevels.push(entry);
    this.#addStretch(segment, entry);
    for (const { t, cells } of entry.seconds) this.#books.addStretch(segment.id, entry.t + t, cells);
  }

  #addStretch(segment: Segment, { t, tookS, lateness }: TrialEntry | RecoveryLevelEntry): void {
    this.#timeline.push(segment);
    this.#lastS = Math.max(this.#lastS, t + tookS);
    this.#lastOfferedS = Math.max(this.#lastOfferedS, segment.endS);
    if (lateness === undefined) return;
    this.validityOf(segment.id).addGenerator({ lateness }, 0);
    if (segment.kind !== 'warm-up') this.validity.addGenerator({ lateness }, 0);
  }

  #addSecond(entry: SecondEntry): void {
    if (!Number.isSafeInteger(entry.t) || entry.t < 0)
      throw new TypeError(`t is not a second of a run: ${JSON.stringify(entry.t)}`);
    this.#lastS = Math.max(this.#lastS, entry.t + 1);
    this.connections.opened += entry.generator.connectionsOpened ?? 0;
    this.connections.reused += entry.generator.connectionsReused ?? 0;
    this.streams.add(entry.worker, entry.generator);
    this.sessions.addSecond(entry.generator);
    const segment = segmentOfSecond(this.timeline, entry.t);
    if (segment !== undefined) this.validityOf(segment.id).addGenerator(entry.generator, entry.worker);
    if (segment !== undefined && segment.kind !== 'warm-up') this.validity.addGenerator(entry.generator, entry.worker);
    for (const cell of entry.cells) {
      this.#books.of(cell.cell).addSecond(entry.t, cell);
      this.#dueIn[entry.t] = (this.#dueIn[entry.t] ?? 0) + (cell.offered ?? 0);
      if ((cell.offered ?? 0) > 0) this.#lastOfferedS = Math.max(this.#lastOfferedS, entry.t + 1);
    }
    if (this.start.abort !== undefined) this.#ended.add(entry);
    this.noise.addSecond(entry);
    this.series.addSecond(entry);
    this.events.addSecond(entry);
  }
}
