import type { FaultEngine, FaultEntry } from '../journal/fault-entry.js';
import type { PlannedFault } from '../scenario/faults/fault-plan.js';
import type { ProxyCounters } from './toxiproxy-driver.js';

/** A proxy that the agent has to hold. */
export interface WantedProxy {
  readonly dependency: string;
  readonly listen: string;
  readonly upstream: string;
}

/** What plimsoll tells the fault agent, one JSON object a line on its standard input. The end of that input is the loss of the lease. */
export type AgentOrder =
  | {
      readonly order: 'prepare';
      readonly runId: string;
      /** URL of a Toxiproxy, or `embedded`: then the agent starts one of its own. */
      readonly engine: string;
      readonly seed: number;
      /** Absolute path of the file in which every intent is written down first. */
      readonly intentFile: string;
      readonly proxies: readonly WantedProxy[];
    }
  /** Carries out faults; `startedAtMs` is the wall-clock time of t = 0. */
  | { readonly order: 'schedule'; readonly startedAtMs: number; readonly faults: readonly PlannedFault[] }
  /** Reads the counters once. */
  | { readonly order: 'count' }
  /** Takes every fault off now and forgets the rest of the schedule. */
  | { readonly order: 'lift' }
  /** Lifts, deletes the proxies that the agent made, and ends. */
  | { readonly order: 'end' };

/** What the fault agent tells, one JSON object a line on its standard output. `atMs` is wall-clock time. */
export type AgentReport =
  | { readonly report: 'prepared'; readonly engine: FaultEngine; readonly proxies: readonly PreparedProxy[] }
  | { readonly report: 'refused'; readonly message: string; readonly hint?: string; readonly exitCode: number }
  | ({ readonly report: 'fault'; readonly atMs: number } & Omit<FaultEntry, 'type' | 't'>)
  | { readonly report: 'proxy'; readonly atMs: number; readonly dependency: string; readonly counters: ProxyCounters }
  | {
      readonly report: 'counted';
      /** By dependency; absent at a real Toxiproxy. */
      readonly counters?: Readonly<Record<string, ProxyCounters>>;
    }
  | {
      readonly report: 'note';
      readonly atMs: number;
      readonly level: 'warning' | 'error';
      readonly code: string;
      readonly text: string;
    }
  /** `left`: what could not be taken off, in words. */
  | { readonly report: 'lifted'; readonly left: readonly string[] }
  | { readonly report: 'ended'; readonly left: readonly string[] };

export interface PreparedProxy {
  readonly dependency: string;
  readonly name: string;
  /** It stood before, and will be left as it was. */
  readonly adopted: boolean;
  /** Toxics of others that it carries. */
  readonly foreignToxics: readonly string[];
}
