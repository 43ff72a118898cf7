import type { SessionCounts } from './session-counts.js';

/** What became of the sessions of a run, once they were ended; before the last line. */
export interface SessionsEntry extends SessionCounts {
  readonly type: 'sessions';
  readonly t: number;
}

/** What one drive of a capacity search sent to the target, measured or not, and what became of sessions meanwhile. */
export interface TrafficEntry {
  readonly type: 'traffic';
  /** When the drive had ended, seconds from the start of the run. */
  readonly t: number;
  readonly what: TrafficKind;
  /** Requests that were started, settle, drain and retries included. */
  readonly calls: number;
  readonly failed: number;
  readonly sessions?: Pick<SessionCounts, 'opened' | 'lost' | 'replaced'>;
}

export const TRAFFIC_KINDS = ['trial', 'start-rate', 'idle-check', 'sweep', 'recovery-level'] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];
