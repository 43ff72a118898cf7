import type { TrialPurpose } from '../journal/trial-entry.js';
import type { LawFigures } from './law-figures.js';
import type { RecoveryAnswer } from './recovery-figures.js';
import type { SizingFigures } from './sizing-figures.js';
import type { TrafficFigures } from './traffic-figures.js';

/** One trial of the search, as it ended. Times of `inFlight` and `blocks` count from the end of the settle. */
export interface Trial {
  /** What was on: `none`, or recipe@dependency. */
  readonly under: string;
  readonly purpose: TrialPurpose;
  /** Calls per second that the schedule asked for. */
  readonly offeredRate: number;
  /** Successful calls per second that ended in the measured window. Absent where the trial was stopped within its first second. */
  readonly achievedRate?: number;
  /** Measured window, without settle and drain. */
  readonly durationS: number;
  /** Seconds from the start of the search to the start of the trial. */
  readonly startS: number;
  readonly outcome: 'pass' | 'fail' | 'insufficient' | 'invalid';
  /** One sentence: which rule decided, with its figures. */
  readonly reason: string;
  /** Calls due in the measured window, from the schedule. */
  readonly due: number;
  /** Response time over the limit, or unanswered, for the SLO condition named in `condition`. */
  readonly over: number;
  /** The SLO condition that decided or was nearest to its limit, for instance `p95 <= 400 ms`. */
  readonly condition: string;
  /** Answered successes; a quantile among unanswered calls is null. Microseconds. Absent when the trial was stopped early. */
  readonly latencyUs?: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  readonly successRate?: number;
  /** Server under test over the measured window, where it could be read. */
  readonly cpuCores?: number;
  readonly rssBytes?: number;
  readonly meanInFlight?: number;
  /** Fewest and most replicas while it ran, where the target's metrics tell. */
  readonly replicas?: { readonly least: number; readonly most: number };
}

/** The highest rate that met the SLO, found by the search: a bracket of tried rates, and an estimate from all trials. Rates in calls/s. */
export interface CapacityAnswer {
  /** `none`, or recipe@dependency. */
  readonly under: string;
  /** confirmed: a soak passed. at-least: generator-limited, or nothing failed. nothing-passes: not even at start/16. unconfirmed: no time for a soak. */
  readonly ending: 'confirmed' | 'at-least' | 'nothing-passes' | 'unconfirmed' | 'invalid' | 'interrupted' | 'degraded-for-good';
  /** One sentence for people. */
  readonly summary: string;
  readonly interval: {
    /** Achieved rate of a passed soak. */
    readonly confirmedPass?: number;
    /** Lowest offered rate above it that failed. */
    readonly smallestFail?: number;
  };
  /** From all valid trials; `low` and `high` bound it at `level` (0.9). Absent when nothing failed or nothing passed. */
  readonly estimate?: { readonly rate: number; readonly low: number; readonly high: number; readonly level: number };
  readonly generatorLimited?: number;
  /** The SLO condition that binds, for instance `p95 <= 400 ms`. */
  readonly bindingCondition?: string;
  /** Honest width of the budget, for instance `estimate ±9 %`. */
  readonly label: string;
  readonly budgetS: number;
  readonly tookS: number;
  /** Fewest and most replicas over the trials that count, where the target's metrics tell. */
  readonly replicas?: { readonly least: number; readonly most: number };
  readonly trials: readonly Trial[];
}

/** What one instance of the server under test uses, from the healthy trials and from sessions opened for it. Each absent where it could not be told. */
export interface ResourceFigures {
  /** CPU seconds of one call: slope of CPU over achieved rate. */
  readonly cpuPerCallS?: number;
  /** Cores used without load: its intercept. */
  readonly idleCores?: number;
  /** Memory with the sessions of the run open and nothing in flight, bytes: intercept of memory over calls in flight. */
  readonly baseBytes?: number;
  /** Bytes of one call in flight: its slope. */
  readonly callBytes?: number;
  /** Bytes of one idle session: slope of memory over sessions opened lot by lot. */
  readonly sessionBytes?: number;
  /** 95 % intervals of those that are slopes or intercepts of a line. */
  readonly intervals?: {
    readonly cpuPerCallS?: readonly [number, number];
    readonly idleCores?: readonly [number, number];
    readonly baseBytes?: readonly [number, number];
    readonly callBytes?: readonly [number, number];
    readonly sessionBytes?: readonly [number, number];
  };
  /** What could not be told, and why; and what a figure hides. */
  readonly remarks: readonly string[];
}

/** `capacity` of result.json. */
export interface CapacityFigures {
  readonly unit: 'calls/s';
  /** Replicas behind the measured target. */
  readonly instances: number;
  /** Arrival process that the figures hold for. */
  readonly arrivals: 'poisson' | 'constant';
  readonly healthy?: CapacityAnswer;
  readonly underFaults: readonly (CapacityAnswer & {
    /** The same search judged by `during.fault`, from the same trials where they tell. */
    readonly duringFault?: Pick<CapacityAnswer, 'interval' | 'estimate' | 'bindingCondition'>;
    /** 1 - rate under the fault / healthy rate; absent where either is unknown. */
    readonly lost?: number;
  })[];
  /** Everything that the search sent, measured or not, by what it was for. */
  readonly traffic?: readonly TrafficFigures[];
  /** Hidden capacity by fault, where it was looked for. */
  readonly recovery?: readonly RecoveryAnswer[];
  readonly law?: LawFigures;
  /** Why there is no law. */
  readonly lawRefused?: string;
  readonly resources?: ResourceFigures;
  readonly sizing?: SizingFigures;
  /** Why there is no sizing. */
  readonly sizingRefused?: string;
}
