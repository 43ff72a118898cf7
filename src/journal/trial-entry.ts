import type { DelayView } from './delay-entry.js';
import type { IntervalHistogram } from './interval-histogram.js';
import type { SearchEnd } from './search-end.js';
import type { CellSecond } from './second-entry.js';

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

/** Fewest and most replicas over a stretch. */
export interface ReplicaCounts {
  readonly least: number;
  readonly most: number;
}

/**
 * What the machine of the load can have made of a trial, from its start to the end of its measured window. It is told in figures, not call by
 * call, so that verdicts are made from the journal alone.
 */
export interface TrialNoise {
  readonly view: DelayView;
  /** Seconds that had more than 50 ms of delay, or a start that was more than 10 ms late, out of all of them. */
  readonly disturbedSeconds: number;
  readonly seconds: number;
  /** The most that a call due in any of them can have been shifted, microseconds; null: nobody can tell. */
  readonly largestShiftUs: number | null;
  /** The same of the second in which the trial was stopped, where it was. */
  readonly stopShiftUs?: number | null;
  /** By the name of a condition: calls due in the measured window that are over it whatever this machine did. */
  readonly certainOver: Readonly<Record<string, number>>;
}

/** What a trial is for: see the search of `capacity`. */
export type TrialPurpose = 'warm-up' | 'double' | 'bisect' | 'soak' | 'refine';

/** One trial of a capacity search with everything that its verdict is made from. */
export interface TrialEntry {
  readonly type: 'trial';
  /** Seconds from the start of the run to the start of the settle. */
  readonly t: number;
  /** What was on: `none`, or recipe@dependency. */
  readonly under: string;
  readonly purpose: TrialPurpose;
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
  /** Those of them that succeeded. Of a trial that was stopped, those of its whole seconds: its last second runs on into the drain. */
  readonly succeeded: number;
  /** Whole seconds that `succeeded` counts; absent: all of the measured window. */
  readonly wholeS?: number;
  /** Mean calls in flight in each second of the measured window. */
  readonly inFlight: readonly number[];
  readonly blocks: readonly TrialBlock[];
  /** Lateness of the starts in the measured window, microseconds. */
  readonly lateness?: IntervalHistogram;
  /** Absent in journals that were written before it was measured. */
  readonly noise?: TrialNoise;
  readonly server?: ServerReading;
  /** Fewest and most replicas behind the target from the start of the settle to the end of the drain, where its metrics tell. */
  readonly replicas?: ReplicaCounts;
  /** Means of what the target's metrics tell of pools and event loops. */
  readonly gauges?: Readonly<Record<string, number>>;
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
export interface ResourcesEntry {
  readonly type: 'resources';
  readonly t: number;
  /** What could not be told, and why. */
  readonly remarks: readonly string[];
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
