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
