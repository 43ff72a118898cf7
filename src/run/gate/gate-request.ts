import type { GateDecision } from '../../gate/decide.js';
import type { GateBuild, PairEntry } from '../../journal/pair-entry.js';
import type { GateStart } from '../../journal/start-entry.js';
import type { Fault } from '../../scenario/faults/fault.js';
import type { Phase } from '../../scenario/load.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { SessionParts, SessionRequest, SessionWatcher } from '../run-session.js';

/** Both builds of a gate as scenarios of their own: the same load, each with its own target. */
export type BuildScenarios = Readonly<Record<GateBuild, Scenario>>;

/** What a gate is asked for, with its builds ready to be started. */
export interface GateRequest extends SessionRequest {
  readonly settings: Omit<GateStart, 'changes' | 'mode' | 'sameProcesses'>;
  readonly mode: 'duet' | 'pairs';
  /** The phase that is played. */
  readonly phase: Phase;
  readonly budgetMs: number;
  /** `gate.under`, held on for both builds. */
  readonly fault?: Fault;
  /** The builds with free ports, made anew for each pair. */
  readonly buildsFor: (pair: number) => Promise<BuildScenarios>;
}

export interface GateParts extends SessionParts {
  /** Milliseconds, by a clock that nobody sets. */
  readonly nowMs: () => number;
  /** Resolves after that long, or at once when the gate is ended. */
  readonly pause: (ms: number, ended: AbortSignal) => Promise<void>;
}

/** Told while a gate goes on. */
export interface GateWatcher extends Pick<SessionWatcher, 'onFolder' | 'onStep'> {
  onNote?(level: 'warning' | 'error', text: string): void;
  onPair?(pair: PairEntry): void;
  onLook?(decision: GateDecision, pairs: number): void;
}
