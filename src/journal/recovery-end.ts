/** How the search for hidden capacity under one fault ended. */
export interface RecoveryEnd {
  /**
   * bracketed: a load that recovers and one that does not are known. recovers: every load did. nothing-recovers: not even the lowest.
   * stays-down: without any load it did not come back either. not-started: there was nothing to begin with.
   */
  readonly ending:
    | 'bracketed'
    | 'recovers'
    | 'nothing-recovers'
    | 'stays-down'
    | 'undecided'
    | 'out-of-time'
    | 'interrupted'
    | 'not-started';
  /** Why, in words. */
  readonly reason: string;
}
