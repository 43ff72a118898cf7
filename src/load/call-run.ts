import type { CancelCall } from '../mcp/driver.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { PlannedArrival, PlannedStep } from './call-plan.js';
import type { ClosedUser } from './closed-users.js';
import type { FailedAttempt } from './failure-counts.js';
import type { SlotHolder } from './in-flight.js';

/** One arrival on its way: a single call, or a journey at one of its steps. */
export interface ArrivalRun {
  /** Index in the whole schedule: what `{{ seq }}` stands for. */
  readonly index: number;
  readonly planned: PlannedArrival;
  readonly endpoint: number;
  /** Index in the scenario's tenants; 0 when there are none. */
  readonly tenant: number;
  /** Absent for an arrival of the open model. */
  readonly user: ClosedUser | undefined;
  step: number;
  readonly saved: Map<string, unknown>;
}

/** One logical call: its first attempt and its retries. Times in milliseconds from the start of the first phase. */
export class CallRun implements SlotHolder {
  slot = -1;
  startedMs = 0;
  attemptMs = 0;
  attempts = 0;
  traceparent = '';
  argumentsJson = '';
  bytesSent = 0;
  bytesReceived = 0;
  /** Milliseconds in which the server waited for replies of ours, all attempts together. */
  oursMs = 0;
  rounds = 0;
  polls = 0;
  progress = 0;
  /** Attempts that failed and were tried again. */
  retried: FailedAttempt[] | undefined = undefined;
  /** The scenario has taken it back. */
  takenBack = false;
  /** Takes the attempt that is on the wire back; absent between two attempts. */
  cancel: CancelCall | undefined = undefined;

  constructor(
    readonly arrival: ArrivalRun,
    readonly step: PlannedStep,
    readonly dueMs: number,
    readonly segment: Segment,
  ) {}
}
