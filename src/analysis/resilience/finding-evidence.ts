import type { FaultFigures } from '../../result/fault-figures.js';
import type { FaultFamily } from './fault-family.js';
import type { WindowSlo } from './inside-slo.js';

/** What a finding is drawn from beside the figures of the fault. */
export interface FindingContext {
  /** `load.timeout`. */
  readonly timeoutMs: number;
  readonly slo: WindowSlo;
  readonly p95LimitMs?: number;
  /** Largest reading of a series of the server that counts calls waiting for a connection. */
  readonly waiting: { readonly name: string; readonly value: number } | undefined;
  /** When the server under test exited, if it did. */
  readonly serverExitedS?: number;
  /** Server processes of a stdio target, one for each session; absent over HTTP. */
  readonly processes?: number;
  /** On for a whole capacity search: there is no before and no after, and what it did is the capacity that is left. */
  readonly held?: boolean;
}

/** The figures of a fault that has figures, with what they have in common worked out once. */
export interface Evidence extends FindingContext {
  readonly figures: Omit<FaultFigures, 'findings'>;
  readonly during: NonNullable<FaultFigures['during']>;
  readonly family: FaultFamily;
  readonly addedMs: number | undefined;
  readonly where: string;
  /** Share of the dependency's calls that succeeded while it was on. */
  readonly success: number;
  /** Whether the tools of the dependency stayed inside the SLO while it was on. */
  readonly unharmed: boolean;
  /** Failures that the server itself answered. */
  readonly answeredFailures: number;
}
