/** How the load is held around a fault to see whether the system comes back by itself. Times in seconds. */
export interface RecoveryPlan {
  /** Loads as shares of the confirmed healthy capacity, rising. */
  readonly shares: readonly number[];
  /** Falling loads, tried when the system does not come back at the lowest of `shares`. */
  readonly lowerShares: readonly number[];
  /** Load before the fault. */
  readonly leadS: number;
  readonly faultS: number;
  /** The load stays at least this long after the fault is lifted, and three times the computed drain. */
  readonly leastHoldS: number;
  /** Service is back when it is good for this long. */
  readonly windowS: number;
  /** Longest wait without load for a system that did not come back under load. */
  readonly idleS: number;
  /** Which loads this plan looks at, honestly. */
  readonly label: string;
}
