import type { Figures } from './result.js';

/** Calls of one stretch of time, with the names of the segments it is made of. */
export interface FaultPhase extends Figures {
  readonly segments: readonly string[];
  readonly seconds: number;
}

/** Calls that were held for long, and how they ended. */
export interface HungCalls {
  /** A call counts as hung when it took longer than this from its due time. */
  readonly afterMs: number;
  readonly calls: number;
  /** Answered in the end: successes and failures. */
  readonly answeredLate: number;
  readonly failedLate: number;
  /** Given up by the client at `load.timeout`. */
  readonly timedOut: number;
  /** Still in flight when the drain ended. */
  readonly unfinished: number;
}

/** Whether the run came back inside the SLO after the fault was taken back. */
export interface Recovery {
  /**
   * `survived`: never left the SLO. `recovered`: left it and came back. `stayed-down`: the load went on long enough and it did not come
   * back. `not-observed`: the load ended, another fault was on, or the fault's end is not known.
   */
  readonly state: 'survived' | 'recovered' | 'stayed-down' | 'not-observed';
  /** From the end of the fault to the start of the first window inside the SLO; `recovered` and `survived` only. Resolution: one second. */
  readonly recoverS?: number;
  /** Length of the window that has to lie inside the SLO. */
  readonly windowS: number;
  /** For how long load was watched after the fault's end, before it ended or another fault began. */
  readonly watchedS?: number;
  /** One sentence. */
  readonly text: string;
  /**
   * The longest time that the backlog explains: calls that the fault left behind over spare capacity, with the highest rate that this
   * run saw served as capacity. A longer recovery has another cause. Absent where the run saw no spare capacity.
   */
  readonly drainAtMostS?: number;
}

/** What the fault did at the dependency's proxy (embedded engine only). Per call of the tools that use the dependency. */
export interface ProxyUse {
  readonly connectionsOpen: { readonly before?: number; readonly duringMax: number };
  readonly connectionsOpened: { readonly before: number; readonly during: number };
  readonly bytesPerCall?: { readonly before: number; readonly during: number };
  /** Bytes sent to the dependency per call, during against before: above 1 the server asks more often than it is asked. */
  readonly amplification?: number;
}

/** A tool that does not use the dependency, before and during the fault. */
export interface Bystander {
  readonly tool: string;
  readonly before?: { readonly calls: number; readonly successRate?: number; readonly p95?: number | null };
  readonly during: { readonly calls: number; readonly successRate?: number; readonly p95?: number | null };
  /** It met the SLO before and missed it during the fault. */
  readonly touched: boolean;
}

/** What the readiness probe said. Times count from the start of the fault, and from its end. */
export interface ReadinessReaction {
  readonly probes: number;
  readonly misses: number;
  /** From the start of the fault to the first miss; absent: it never missed. */
  readonly missedAfterS?: number;
  /** From the end of the fault to the first good answer; absent: none was seen, or it never missed. */
  readonly backAfterS?: number;
}

/** A sentence that the figures support, with the step of a runbook that it suggests. */
export interface FaultFinding {
  /** Stable name, for instance `no-timeout`, `pool-exhausted`, `blast-radius`. */
  readonly code: string;
  readonly level: 'problem' | 'good' | 'note';
  readonly text: string;
  readonly runbook?: { readonly taxonomy: string; readonly check: string; readonly mitigate: string };
}

/** A fault of the plan: what was carried out, and what it did to the calls. Absent is absent. */
export interface FaultFigures {
  /** Index into the scenario's `faults`. */
  readonly fault: number;
  readonly dependency: string;
  /** Recipe name, or `toxics` for raw ones. */
  readonly recipe: string;
  readonly engine?: 'embedded' | 'toxiproxy';
  /** Whether the proxied path was seen to carry a connection of the server under test before the load. */
  readonly path?: 'verified' | 'unverified';
  readonly plannedAtS?: number;
  readonly plannedForS?: number;
  /** Steps in force, the first included. */
  readonly steps: number;
  /** When it took hold; absent when it never did. */
  readonly startS?: number;
  /** When everything was taken back; absent when nothing says so. */
  readonly removedAtS?: number;
  readonly toxics?: readonly Readonly<Record<string, unknown>>[];
  /** Why it could not be done or undone. */
  readonly failure?: string;
  /** Tools whose calls the phases below count: those that use the dependency, else all. */
  readonly tools?: readonly string[];
  readonly before?: FaultPhase;
  readonly during?: FaultPhase;
  readonly after?: FaultPhase;
  /** From the start of the fault to the end of the first second outside the SLO. Resolution: one second. */
  readonly detectS?: number;
  /** What was outside first, in words. */
  readonly detectedBy?: string;
  readonly recovery?: Recovery;
  /** Only what `recovery.state` says in one figure: see there. */
  readonly recoverS?: number;
  readonly hung?: HungCalls;
  readonly inFlight?: { readonly before?: number; readonly duringMax: number };
  readonly proxy?: ProxyUse;
  readonly bystanders?: readonly Bystander[];
  readonly readiness?: ReadinessReaction;
  /** Failed attempts during the fault that `load.retry` of the scenario sent again; absent without such a policy. */
  readonly hiddenByClient?: number;
  /** Calls that the server's own counter shows finished and no client saw answered, from the fault on; absent without such a counter. */
  readonly wastedCalls?: number;
  readonly findings: readonly FaultFinding[];
}
