import type { SessionCounts } from './session-counts.js';

/** What became of the sessions of a run, once they were ended; before the last line. */
export interface SessionsEntry extends SessionCounts {
  readonly type: 'sessions';
  readonly t: number;
}

/** What was sent to the target beside the judged load of a run, by what it was for: in a capacity search that is everything. And what became of sessions meanwhile. */
export interface TrafficEntry {
  readonly type: 'traffic';
  /** When it had ended, seconds from the start of the run. */
  readonly t: number;
  readonly what: TrafficKind;
  /** Requests that were started, settle, drain and retries included. */
  readonly calls: number;
  readonly failed: number;
  readonly sessions?: Pick<SessionCounts, 'opened' | 'lost' | 'replaced'>;
}

export const TRAFFIC_KINDS = [
  'preflight',
  'trial',
  'start-rate',
  'idle-check',
  'sweep',
  'recovery-level',
  'idle-sessions',
] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

/** What was sent before the load, or beside it, without being a part of it. */
export interface SentBeside {
  readonly calls: number;
  readonly failed: number;
  readonly sessions: SessionCounts;
}

export function trafficEntry(what: TrafficKind, t: number, { calls, failed, sessions }: SentBeside): TrafficEntry {
  const { opened, lost, replaced } = sessions;
  return { type: 'traffic', t, what, calls, failed, ...(opened === 0 ? {} : { sessions: { opened, lost, replaced } }) };
}
