/** What became of the sessions of a driver since it was opened. */
export interface SessionCounts {
  readonly opened: number;
  /** Recognised as gone, by an answer or by behaviour. */
  readonly lost: number;
  /** Opened again in the place of one that was lost. */
  readonly replaced: number;
  /** Ended by us: a DELETE was sent; over HTTP+SSE its stream was closed, on stdio its process ended. */
  readonly ended: number;
  /** Those DELETEs by the status of their answer, `none` where there was none. */
  readonly endedByStatus: Readonly<Record<string, number>>;
}

export const NO_SESSIONS: SessionCounts = { opened: 0, lost: 0, replaced: 0, ended: 0, endedByStatus: {} };

/** Counts of two keepers, endpoints or load threads taken together. */
export function addSessions(a: SessionCounts, b: SessionCounts): SessionCounts {
  const endedByStatus: Record<string, number> = { ...a.endedByStatus };
  for (const [status, count] of Object.entries(b.endedByStatus)) endedByStatus[status] = (endedByStatus[status] ?? 0) + count;
  return {
    opened: a.opened + b.opened,
    lost: a.lost + b.lost,
    replaced: a.replaced + b.replaced,
    ended: a.ended + b.ended,
    endedByStatus,
  };
}
