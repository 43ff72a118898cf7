/** Streams of one driver taken together. */
export interface StreamCounts {
  /** Streams that stand now. */
  open: number;
  opened: number;
  /** Streams that ended without our doing. */
  lost: number;
  messages: number;
}
