import type { ResourceFigures, Trial } from '../capacity/capacity-figures.js';
import type { SearchEnd } from '../capacity/search-action.js';
import type { Budget, SearchPlan } from '../capacity/search-plan.js';
import type { Segment } from '../load/segment.js';
import type { OutcomeClass } from '../mcp/outcome.js';
import type { BaselineLimits, Slo } from '../scenario/objective.js';

/**
 * Counts by histogram bucket as a flat list: index, count, index, count, ... with each index given as the difference from the one before.
 * Bucket indexes are those of an HDR histogram of integer microseconds, lowest value 1, 3 significant digits (see latency-histogram.ts).
 */
export type SparseCounts = readonly number[];

/** One histogram's share of one second: sparse counts with exact minimum, maximum and sum in microseconds. */
export interface IntervalHistogram {
  readonly counts: SparseCounts;
  readonly minUs: number;
  readonly maxUs: number;
  readonly sumUs: number;
}

/**
 * What one cell (tool x endpoint x tenant x segment) did in one second. Counters that are 0 are left out. `offered`, `started` and `retries`
 * can be below 0 in the second in which a call, overtaken by a fault, was moved to the edge of its segment: the sums are what counts.
 */
export interface CellSecond {
  readonly cell: number;
  /** Arrivals and journey steps that became due in this second. */
  readonly offered?: number;
  readonly started?: number;
  /** Ended in this second, whatever the outcome: completed = ok + failed. */
  readonly ok?: number;
  readonly failed?: number;
  /** All slots taken while the generator was on time. */
  readonly dropped?: number;
  /** Given up because the generator was late. */
  readonly droppedByGenerator?: number;
  /** Still in flight when the drain ended. */
  readonly unfinished?: number;
  readonly retries?: number;
  /** Taken back by the scenario (`cancel`): neither ok nor failed. */
  readonly cancelled?: number;
  /** Requests of the server that we answered within calls. */
  readonly rounds?: number;
  /** Times that tasks were asked about. */
  readonly polls?: number;
  /** Progress notifications. */
  readonly progress?: number;
  /** Time in which the server waited for replies of ours, of the calls that had any; left out of every other time. */
  readonly waitedForUs?: IntervalHistogram;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  /** Failures whose answer asked to wait (`Retry-After`): how many, and for how long, in milliseconds. */
  readonly retryAfter?: { readonly count: number; readonly sumMs: number; readonly maxMs: number };
  /** Failures of this second by class (dropped and unfinished not repeated here). */
  readonly errors?: Readonly<Partial<Record<OutcomeClass, number>>>;
  /** Response time (intended start to end) of answered successes. */
  readonly response?: IntervalHistogram;
  /** Service time (actual start to end) of answered successes. */
  readonly service?: IntervalHistogram;
  /** Actual start to first byte or first event of answered successes. */
  readonly firstByte?: IntervalHistogram;
  /** Response time of answered failures. */
  readonly failedResponse?: IntervalHistogram;
}

/** State of one load thread in one second. */
export interface GeneratorSecond {
  /** Lateness of starts (actual minus intended), microseconds. */
  readonly lateness?: IntervalHistogram;
  /** CPU seconds used by the load thread's process part in this second (thread share where it can be told). */
  readonly cpuS?: number;
  /** Event-loop utilisation 0..1. Shown, never judged. */
  readonly eventLoopUtilisation?: number;
  readonly connectionsOpened?: number;
  readonly connectionsReused?: number;
  /** Streams held beside the calls (`sessions.stream`): how many stood at the end of the second, ended in it, and what came on them. */
  readonly streamsOpen?: number;
  readonly streamsLost?: number;
  readonly streamMessages?: number;
}

/** The performance baseline that a run is judged against, as it stood when the run began. */
export interface JudgedBaseline {
  readonly limits: BaselineLimits;
  /** `in place`: written in the scenario. Else the name of the saved file. */
  readonly source: string;
  /** Saved baselines only: how many runs, of which workload, on which machine. */
  readonly runs?: number;
  readonly scenarioHash?: string;
  readonly host?: Readonly<Record<string, unknown>>;
}

/** First line of a journal. `scenario` is the resolved file text with secrets redacted. */
export interface StartEntry {
  readonly type: 'start';
  readonly schema: 'plimsoll.journal/1';
  readonly runId: string;
  readonly version: string;
  /** ISO 8601, UTC; the wall-clock time of t = 0 (start of the first phase). */
  readonly startedAt: string;
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly scenarioHash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  readonly timeline: readonly Segment[];
  readonly workers: number;
  /** `load.timeout`: what an unanswered call waited for at least. */
  readonly timeoutMs: number;
  readonly slo: Slo;
  readonly baseline?: JudgedBaseline;
  /** Only where the scenario has faults. */
  readonly faultEngine?: FaultEngine;
  /** Dependency -> whether its proxied path carried a connection of the server under test before the load. */
  readonly proxiedPaths?: Readonly<Record<string, 'verified' | 'unverified'>>;
  /** `recovery.within` in seconds. */
  readonly recoveryWithinS?: number;
  /** Only of a capacity search, whose timeline is empty: each trial becomes a segment of its own. */
  readonly capacity?: CapacityStart;
}

/** What a capacity search set out to do. */
export interface CapacityStart {
  /** Named in the scenario; absent for a plan of a test. */
  readonly budget?: Budget;
  /** What each entry of `under` gets. */
  readonly plan: SearchPlan;
  /** First rate, calls/s. */
  readonly startRate: number;
  readonly arrivals: 'poisson' | 'constant';
  /** Replicas behind the measured target. */
  readonly instances: number;
  /** Highest rate that the generator was trusted with, calls/s; absent where it was not measured. */
  readonly generatorRate?: number;
  readonly entries: readonly CapacityUnder[];
  /** Whether a closed sweep for the law was asked for. */
  readonly law: boolean;
}

/** One entry of `under`. */
export interface CapacityUnder {
  /** `none`, or recipe@dependency. */
  readonly under: string;
  /** Parameters of the recipe as they were in force. */
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Names a cell the first time it is used. */
export interface CellEntry {
  readonly type: 'cell';
  readonly id: number;
  readonly tool: string;
  readonly endpoint: string;
  readonly tenant?: string;
  /** Segment id. */
  readonly segment: number;
}

/** One load thread's second. Seconds after the last phase belong to the drain. */
export interface SecondEntry {
  readonly type: 'second';
  /** Whole seconds from the start of the first phase: covers [t, t+1). */
  readonly t: number;
  readonly worker: number;
  /** Mean number of calls in flight over the second, time-weighted. */
  readonly inFlight: number;
  readonly generator: GeneratorSecond;
  readonly cells: readonly CellSecond[];
}

/** State of the generator's machine in one second (Linux; absent figures were not readable). */
export interface HostEntry {
  readonly type: 'host';
  readonly t: number;
  /** CPU used by plimsoll (all its threads) in cores. */
  readonly generatorCores?: number;
  /** Share of machine CPU time stolen by the hypervisor, 0..1. */
  readonly steal?: number;
  /** Seconds for which the cgroup was throttled in this second. */
  readonly throttledS?: number;
  /** Share of the machine's CPU in use by everything, 0..1. */
  readonly busy?: number;
}

/** One health probe's answer. */
export interface HealthEntry {
  readonly type: 'health';
  /** Seconds, fractional. */
  readonly t: number;
  readonly probe: 'live' | 'ready';
  readonly ok: boolean;
  readonly status?: number;
  readonly latencyUs?: number;
  /** `checks` of the answer, or why there was none. */
  readonly detail?: string;
  /** State after this answer: three misses in a row make `unhealthy`. */
  readonly state: 'healthy' | 'unhealthy' | 'unknown';
}

/** Resources of the server under test, its children included. */
export interface ProcessEntry {
  readonly type: 'process';
  readonly t: number;
  readonly pid: number;
  readonly cpuCores?: number;
  readonly rssBytes?: number;
  readonly threads?: number;
  readonly descriptors?: number;
  readonly processes?: number;
}

/** Values read from the target's Prometheus page, by series name with its labels. */
export interface MetricsEntry {
  readonly type: 'metrics';
  readonly t: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A failed or slow call kept as evidence. */
export interface SampleEntry {
  readonly type: 'sample';
  readonly t: number;
  readonly kind: 'error' | 'slow';
  readonly class: OutcomeClass;
  readonly tool: string;
  readonly endpoint: string;
  readonly segment: number;
  readonly responseUs?: number;
  readonly serviceUs?: number;
  readonly status?: number;
  readonly rpcCode?: number;
  readonly retryAfterMs?: number;
  readonly text?: string;
  readonly traceparent: string;
  readonly requestId: string;
}

/** Something that happened, in words. */
export interface NoteEntry {
  readonly type: 'note';
  readonly t: number;
  readonly level: 'info' | 'warning' | 'error';
  /** Stable name, for instance `server-exited`, `abort`, `interrupted`, `disk-full`, `destructive-tool`. */
  readonly code: string;
  readonly text: string;
}

/** Which proxy carries the faults. `version` as the server tells it (`git` for a real one that was built from source). */
export interface FaultEngine {
  readonly name: 'embedded' | 'toxiproxy';
  readonly version: string;
  readonly url: string;
}

/** A fault of the scenario as the fault agent carried it out. */
export interface FaultEntry {
  readonly type: 'fault';
  readonly t: number;
  /** Index into `scenario.faults`. */
  readonly fault: number;
  readonly dependency: string;
  /** Recipe name, or `toxics` for raw ones. */
  readonly recipe: string;
  /** `on`: the first step is in force. `step`: a later one. `off`: everything was taken back. `failed`: it could not be done or undone. */
  readonly what: 'on' | 'step' | 'off' | 'failed';
  readonly text?: string;
  /** With `on`: what was put in force. */
  readonly toxics?: readonly Readonly<Record<string, unknown>>[];
}

/** What went through the proxy of a dependency since the run began (embedded engine only). */
export interface ProxyEntry {
  readonly type: 'proxy';
  readonly t: number;
  readonly dependency: string;
  readonly connectionsAccepted: number;
  readonly connectionsOpen: number;
  readonly bytesUpstream: number;
  readonly bytesDownstream: number;
}

/** A command of the user's own in the time line. */
export interface EventEntry {
  readonly type: 'event';
  readonly t: number;
  readonly name: string;
  readonly what: 'start' | 'end';
  /** With `end`. */
  readonly exitCode?: number;
  readonly durationS?: number;
}

/** What the calls of one tool at one endpoint did that were due in one block of a trial; answered until the end of the drain. */
export interface TrialCell extends Omit<CellSecond, 'cell'> {
  readonly tool: string;
  readonly endpoint: string;
}

/** A stretch of a trial's measured window: 5 s, the last one whatever is left. Times in seconds from the end of the settle. */
export interface TrialBlock {
  readonly startS: number;
  readonly endS: number;
  readonly cells: readonly TrialCell[];
}

/** Resources of the server under test as means over a stretch, where they could be read. */
export interface ServerReading {
  readonly cpuCores?: number;
  readonly rssBytes?: number;
  readonly descriptors?: number;
}

/** One trial of a capacity search with everything that its verdict is made from. */
export interface TrialEntry {
  readonly type: 'trial';
  /** Seconds from the start of the run to the start of the settle. */
  readonly t: number;
  /** What was on: `none`, or recipe@dependency. */
  readonly under: string;
  readonly purpose: Trial['purpose'];
  /** Calls per second that the schedule asked for. */
  readonly offeredRate: number;
  /** Seconds from the start of the search under this entry to when the trial was asked for. */
  readonly searchS: number;
  readonly settleS: number;
  /** Measured window as planned, seconds. */
  readonly plannedS: number;
  /** Measured window as it was: shorter when the trial was stopped. */
  readonly measuredS: number;
  /** From the start of the settle to the moment when the next trial may start: drain and pause included. */
  readonly tookS: number;
  /** Which rule ended it early: `in-flight` and `over` are the server's doing, `late` the generator's, `deadline` the budget's, `stopped` the user's. */
  readonly stopped?: 'in-flight' | 'over' | 'late' | 'deadline' | 'stopped';
  /** Whether the server answered as it does without load after the drain; absent where nobody asked. */
  readonly cameBack?: boolean;
  /** Calls that ended inside the measured window, whenever they were due. */
  readonly completed: number;
  /** Those of them that succeeded. */
  readonly succeeded: number;
  /** Mean calls in flight in each second of the measured window. */
  readonly inFlight: readonly number[];
  readonly blocks: readonly TrialBlock[];
  /** Lateness of the starts in the measured window, microseconds. */
  readonly lateness?: IntervalHistogram;
  readonly server?: ServerReading;
  /** Mean cores that plimsoll itself used. */
  readonly generatorCores?: number;
}

/** The search under one entry of `under` is over. A journal without it was cut short. */
export interface SearchEntry {
  readonly type: 'search';
  readonly t: number;
  readonly under: string;
  readonly tookS: number;
  readonly end: SearchEnd;
}

/** Resident memory of the server with so many idle sessions open beside those of the run. */
export interface SessionReading {
  readonly sessions: number;
  readonly rssBytes: number;
}

/** What was measured of the server's memory apart from any trial. */
export interface ResourcesEntry extends Pick<ResourceFigures, 'remarks'> {
  readonly type: 'resources';
  readonly t: number;
  /** Lot by lot, in the order in which they were opened. Absent where none could be. */
  readonly sessions?: readonly SessionReading[];
}

/** One trial of the closed sweep: callers without think time. */
export interface SweepEntry {
  readonly type: 'sweep';
  readonly t: number;
  readonly callers: number;
  readonly settleS: number;
  readonly measuredS: number;
  /** Calls that ended inside the measured window. */
  readonly ok: number;
  readonly failed: number;
  readonly lateness?: IntervalHistogram;
  readonly server?: ServerReading;
  readonly generatorCores?: number;
}

/** Last line of a journal that was closed properly. */
export interface EndEntry {
  readonly type: 'end';
  readonly t: number;
  readonly reason: 'completed' | 'interrupted' | 'terminated' | 'aborted' | 'server-exited' | 'disk-full' | 'failed';
  readonly text?: string;
}

export type JournalEntry =
  | StartEntry
  | CellEntry
  | SecondEntry
  | HostEntry
  | HealthEntry
  | ProcessEntry
  | MetricsEntry
  | SampleEntry
  | NoteEntry
  | FaultEntry
  | ProxyEntry
  | EventEntry
  | TrialEntry
  | SearchEntry
  | SweepEntry
  | ResourcesEntry
  | EndEntry;
