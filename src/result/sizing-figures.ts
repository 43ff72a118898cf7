import type { SizingQuestion } from './sizing-question.js';

/** `estimated`: an end of the interval of the estimate. */
export type InputSource = 'measured' | 'estimated' | 'given' | 'default';

/** One input of the sizing with where it came from. */
export interface SizingInput {
  /** As the `capacity` block of a scenario calls it, for instance `instance.memory`. */
  readonly name: string;
  /** `null`: not known, or no such limit. */
  readonly value: number | string | null;
  readonly unit: string;
  readonly source: InputSource;
  /** 95 % interval of what was measured by regression. */
  readonly interval?: readonly [number, number];
}

export type SizingCount =
  | 'load'
  | 'instanceLoss'
  | 'zoneLoss'
  | 'sessions'
  | 'memory'
  | 'descriptors'
  | 'rollingUpdate'
  | 'minimum';

/** What allows no more than some number of instances, or no number at all, whatever the counts ask for. */
export type SizingCap = 'connections' | 'dependencyRate';

/** Instances that each count alone asks for: 0 where it does not apply, `null` where no number is enough. `rollingUpdate` only when asked for. */
export type SizingCounts = Readonly<Record<Exclude<SizingCount, 'rollingUpdate'>, number | null>> & {
  readonly rollingUpdate?: number | null;
};

/** Share of the capacity in use, by state. */
export interface StateUtilisation {
  readonly allUp: number;
  readonly instanceLoss?: number;
  readonly zoneLoss?: number;
  readonly rollingUpdate?: number;
}

/** The fleet of the sized number of instances. Figures that need an input which is not known are absent. */
export interface FleetFigures {
  readonly utilisation: StateUtilisation;
  /** Largest of the failure states; all up when there is none. */
  readonly worstFailureUtilisation: number;
  /** Instances left after the larger of the planned losses. */
  readonly survivors: number;
  /** Load of the hottest survivor over the mean one. */
  readonly hotspotLoad: number;
  /** Sessions of the hottest survivor over the mean one. */
  readonly hotspotSessions: number;
  /** Calls in flight by Little's law: rate x response time. That many connections are in use. */
  readonly inflight?: number;
  readonly inflightPerSurvivor?: number;
  /** Sessions of the hottest survivor. */
  readonly sessionsHottest: number;
  /** Resident memory of the hottest survivor. */
  readonly memoryMb?: number;
  /** Used heap of the hottest survivor. */
  readonly heapMb?: number;
  /** Descriptors of the hottest survivor. */
  readonly descriptors?: number;
  /** Sessions a second that come back after the larger loss. */
  readonly reconnectRate: number;
  /** Cores in use by all instances together. */
  readonly coresTotal?: number;
  /** Cores in use by one instance, all up. */
  readonly coresAllUp?: number;
  /** Cores in use by the hottest survivor after the larger loss. */
  readonly coresWorst?: number;
  /** Capacity of the fleet over the stated peak. */
  readonly overPeak: number;
  /** Price of the fleet in a month of 730 hours. */
  readonly costMonth?: number;
  /** Price of a million calls at the average rate. */
  readonly costPerMillionCalls?: number;
}

/** A tested fault: what it asks of the fleet, all instances up. */
export interface FaultSizing {
  readonly name: string;
  /** `null`: it cannot be bought with instances. */
  readonly instances: number | null;
  /** Calls in flight at that number of instances. */
  readonly inflight?: number;
  readonly inflightAtPlannedInstances?: number;
  readonly utilisationAtPlannedInstances?: number;
  readonly memoryMbAtPlannedInstances?: number;
  readonly memoryFitsAtPlannedInstances?: boolean;
  /** Why there is no number. */
  readonly reason?: string;
}

/** What a burst does to a fleet that has no instances for it. Waits in seconds, on top of the response time, while the burst lasts. */
export interface BurstAbsorbed {
  readonly instances: number;
  /** All instances up. */
  readonly addedWaitS: number;
  /** Share of the capacity in use during the burst, all instances up. */
  readonly utilisation?: number;
  /** The same in the worst planned failure; absent where none is planned. */
  readonly worstAddedWaitS?: number;
  readonly worstUtilisation?: number;
}

/** The dependency at the largest number of instances that will run at once. */
export interface DependencySizing {
  /** Instances that may run at once, an update included. */
  readonly instances: number;
  readonly connections: number;
  /** Connections that it has left for the instances. */
  readonly room: number;
  readonly instancesThatFit: number;
  /** Largest pool with which `instances` fit; 0: not even one connection each. */
  readonly poolThatFits: number;
  readonly callsPerSecond: number;
  /** Of its capacity; `null` where that is not known. */
  readonly utilisation: number | null;
}

/** A plan that no number of instances meets. */
export interface DoesNotFit {
  /** Begins with `does not fit: ` and names what allows how much. */
  readonly summary: string;
  /** Instances that the counts ask for; absent where no number meets them. */
  readonly needed?: number;
  /** Most instances that the caps allow; absent where none caps their number. */
  readonly allowed?: number;
  /** Largest planned peak (calls/s) that as many instances carry; absent where none does. */
  readonly peakThatFits?: number;
  /** What would fit. */
  readonly remedies: readonly string[];
}

/** A CPU autoscaler that stays safe at every number of instances it may choose. Shares, not percent, but for `targetPercent`. */
export interface AutoscalingFigures {
  readonly requestCores: number;
  readonly limitMemoryMb: number | null;
  /** Highest target at which new instances come in time. */
  readonly targetLag: number;
  /** Highest target at which the survivors of a loss stay below the failure ceiling, over all counts from minimum to maximum. */
  readonly targetSurvive: number;
  readonly targetSurviveAtPlannedInstances: number;
  /** averageUtilization: the smaller of the two, rounded down. */
  readonly targetPercent: number;
  readonly worstSurvivorRatio: number;
  readonly worstRatioAt: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** What the target holds at the planned peak; `null` when idle CPU alone is above the target. */
  readonly replicasAtPlannedPeak: number | null;
  readonly pdbMaxUnavailable: number;
}

/** The plain formula many teams use, and what it misses. */
export interface PlainFormula {
  readonly cores: number;
  /** null: the memory of a call is not known. */
  readonly memoryMb: number | null;
  readonly instances: number;
  /** The utilisation that hides in its buffer. */
  readonly impliedUtilisation: number;
  readonly misses: readonly string[];
}

/** Instances needed for the planned traffic: the smallest number that meets all counts at once. */
export interface SizingFigures {
  /** What was asked, to be asked again with other numbers (`plimsoll size`, the calculator of the report). */
  readonly question: SizingQuestion;
  readonly inputs: readonly SizingInput[];
  /** Calls/s at the peak, burst and growth included. */
  readonly plannedCalls: number;
  /** The same with the opening of sessions counted as calls. */
  readonly demand: number;
  readonly counts: SizingCounts;
  /** Every count that equals the answer; where there is none, what no number of instances meets. */
  readonly binding: readonly (SizingCount | SizingCap)[];
  /** `null`: it cannot be bought with instances. */
  readonly instances: number | null;
  /** Why not, and what would fit; exactly where `instances` is `null`. */
  readonly doesNotFit?: DoesNotFit;
  /** What the measurement leaves open; they head the warnings. */
  readonly notes?: readonly string[];
  /** What instances cannot cure, and what the answer takes for granted. */
  readonly warnings: readonly string[];
  /** At `instances`; absent when there is no such number. */
  readonly fleet?: FleetFigures;
  /** Instances at both ends of what one instance carries: at the rate that is sized with, and at the smallest that is too much. */
  readonly sensitivity?: { readonly confirmed: number | null; readonly smallestFail: number | null };
  /** Fewer instances, with none for the burst. Only where that makes a difference. */
  readonly burstAbsorbed?: BurstAbsorbed;
  readonly underFaults: readonly FaultSizing[];
  readonly dependency?: DependencySizing;
  readonly autoscaling?: AutoscalingFigures;
  /** The chain of assumptions in words, in order: peak, growth, burst, utilisation, losses. Nothing in it is counted twice. */
  readonly chain: readonly string[];
  /** Absent when CPU per call or cores are not known. */
  readonly plainFormula?: PlainFormula;
}
