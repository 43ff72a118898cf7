import type { CancelPlan } from '../call.js';
import type { SloLimits } from '../objective.js';
import type { Scenario } from '../scenario.js';
import type { SegmentKind } from './segment.js';

export interface PlannedPhase {
  readonly name: string;
  readonly kind: SegmentKind;
  readonly startS: number;
  readonly endS: number;
  /** Arrivals; absent for the closed model, whose rate the target decides. */
  readonly arrivals?: number;
  /** Tool calls: arrivals x calls of an arrival. For the closed model with think time the most there can be (all answers at once). */
  readonly calls?: number;
  /** `exact` for constant arrivals without journeys, `expected` for Poisson and mixes, `at most` for the closed model, `unknown` without think time. */
  readonly certainty: 'exact' | 'expected' | 'at most' | 'unknown';
  /** Arrivals per second at its start and end; absent for the closed model. */
  readonly fromPerS?: number;
  readonly toPerS?: number;
  readonly users?: number;
  readonly judged: boolean;
}

export interface PlannedCall {
  readonly name: string;
  readonly type: 'call' | 'journey';
  /** Share of the arrivals, 0..1. */
  readonly share: number;
  /** Tool calls of one arrival. */
  readonly calls: number;
  /** Calls alone: some are taken back. */
  readonly cancel?: CancelPlan;
}

export interface PlannedTool {
  readonly tool: string;
  /** Share of the tool calls, 0..1. */
  readonly share: number;
}

export interface PlannedTenant {
  readonly tenant: string;
  /** Its own arrivals per second; absent for one that takes a share of what is left. */
  readonly ratePerS?: number;
  /** Lowest and highest share of the arrivals over the judged open phases, 0..1; absent when there is none. */
  readonly shares?: { readonly least: number; readonly most: number };
}

/** One limit that will be judged. */
export interface PlannedCheck {
  readonly scope: string;
  readonly limits: SloLimits;
}

/** Something that happens to the target while the load runs. */
export interface PlannedInterference {
  readonly name: string;
  readonly startS: number;
  /** Faults only: a command ends when it ends. */
  readonly endS?: number;
  readonly what: string;
}

/** What a run of a scenario will do. */
export interface Plan {
  readonly name: string;
  readonly phases: readonly PlannedPhase[];
  readonly mix: readonly PlannedCall[];
  readonly tools: readonly PlannedTool[];
  /** How the target is reached beyond its URL (token, TLS), in words; empty when nothing is set. */
  readonly access: readonly string[];
  /** What is done for a server that asks its client, in words; empty when nothing is. */
  readonly client: readonly string[];
  /** Empty when the scenario has none. */
  readonly tenants: readonly PlannedTenant[];
  readonly faults: readonly PlannedInterference[];
  readonly events: readonly PlannedInterference[];
  /** Highest arrival rate of the open phases; absent when there is none. */
  readonly peakPerS?: number;
  /** Seconds from the first arrival to the end of the last phase. */
  readonly durationS: number;
  /** Longest drain after it, seconds. */
  readonly drainS: number;
  /** Tool calls of all phases whose number is known. */
  readonly totalCalls: number;
  /** Mean tool calls of an arrival. */
  readonly callsPerArrival: number;
  readonly checks: readonly PlannedCheck[];
  /** A baseline file or limits in place, judged beside the objective. */
  readonly baseline?: NonNullable<Scenario['baseline']>;
  readonly sloDeclared: boolean;
  readonly warnings: readonly string[];
}
