import type { CallRun } from './call-run.js';

/** What is asked of a drive while it goes on, more often than its seconds are told. */
export interface TallyOrder {
  readonly everyMs: number;
  /** Ages in milliseconds since the due time; with `tool` only calls of that tool count. */
  readonly ages: readonly { readonly tool?: string; readonly ms: number }[];
}

/** The state of one load thread at one moment. */
export interface LiveTally {
  readonly worker: number;
  /** Calls that hold a slot. */
  readonly inFlight: number;
  /** For each age asked for: calls in flight that were due at least that long ago, those of warm-up segments left out. */
  readonly older: readonly number[];
}

/** Watches a drive between its seconds. */
export interface DriveWatch extends TallyOrder {
  readonly onTally: (tally: LiveTally) => void;
}

/** @param nowMs from the start of the first phase, as the due times are */
export function tallyOf(held: readonly CallRun[], ages: TallyOrder['ages'], nowMs: number): Omit<LiveTally, 'worker'> {
  const older = ages.map(() => 0);
  for (const { dueMs, segment, step } of held) {
    if (segment.kind === 'warm-up') continue;
    for (const [index, { tool, ms }] of ages.entries()) {
      if (nowMs - dueMs >= ms && (tool === undefined || tool === step.tool)) older[index] = (older[index] ?? 0) + 1;
    }
  }
  return { inFlight: held.length, older };
}
